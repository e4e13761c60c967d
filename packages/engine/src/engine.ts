import { Bus } from './bus.ts';
import type { LogFieldsOf } from './dispatch-report.ts';
import { type Clock, type StopTimer, systemClock } from './clock.ts';
import { type RawSection, readPluginSection } from './config-section.ts';
import { withDeadline } from './deadline.ts';
import { TandemError } from './fault.ts';
import { giveBack } from './give-back.ts';
import { KeptValues } from './kept-values.ts';
import { Lane } from './lane.ts';
import { type Log, silentLog } from './log.ts';
import type { MessageName } from './message-map.ts';
import type { Plugin } from './plugin.ts';
import { Scope } from './scope.ts';
import { TimerWheel } from './timer-wheel.ts';

/** Period of engine.timer: Yate's. */
const TIMER_PERIOD_MS = 1_000;
/** A plugin that has not been set up by then has failed. */
const SETUP_MAX_MS = 60_000;

interface Installed {
  readonly plugin: Plugin;
  readonly kept: KeptValues;
  /** Order numbers of its handlers, by message: handed out again at each reload. */
  readonly orders: Map<MessageName, number[]>;
  scope: Scope | undefined;
}

/** What an engine is made of; all but the name have defaults. */
export interface EngineOptions {
  readonly node: string;
  readonly clock?: Clock;
  readonly log?: Log;
  /** What a message is about, for lines of the log about faults and slow dispatches. */
  readonly logFieldsOf?: LogFieldsOf;
}

/**
 * One node's engine: the bus, its clock and wheel, and the plugins that live on it.
 * Installing, reloading and removing take turns, so two reloads at once never mix.
 */
export class Engine {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  readonly log: Log;
  readonly #plugins = new Map<string, Installed>();
  readonly #turns = new Lane();
  #order = 0;
  #stopTimer: StopTimer | undefined;
  #isRunning = false;

  constructor(options: EngineOptions) {
    this.clock = options.clock ?? systemClock;
    this.log = options.log ?? silentLog;
    this.wheel = new TimerWheel(this.clock, (fault) =>
      this.log.error('a timer failed', { fault: String(fault) }),
    );
    this.bus = new Bus(options.node, this.clock, this.wheel, this.log, options.logFieldsOf);
  }

  /** Names of installed plugins, in order of installation. */
  get plugins(): readonly string[] {
    return [...this.#plugins.keys()];
  }

  /**
   * Sets a plugin up with its section. A section may hold `onFault = refuse | pass` beside the
   * plugin's own keys. @throws TandemError CONFIG_INVALID or PLUGIN_SETUP_FAILED
   */
  async install(plugin: Plugin, section: RawSection = {}): Promise<void> {
    await this.#turns.run(() => this.#install(plugin, section));
  }

  /**
   * Sets a plugin up anew with another section and swaps: until then, and when the new set-up
   * fails, the former one serves. Then tells engine.reload. @throws as `install`
   */
  async reload(name: string, section: RawSection = {}): Promise<void> {
    await this.#turns.run(async () => {
      const installed = this.#installed(name);
      const former = installed.scope;
      const scope = await this.#setUp(installed, section);
      scope.goLive(former);
      installed.scope = scope;
      await former?.dispose();
    });
    await this.bus.tell('engine.reload', { node: this.bus.node, plugin: name });
  }

  /** Takes a plugin out. @throws TandemError PLUGIN_UNKNOWN */
  async remove(name: string): Promise<void> {
    await this.#turns.run(() => this.#remove(name));
  }

  /** Tells engine.start and begins the beat of engine.timer. */
  async start(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    await this.bus.tell('engine.start', { node: this.bus.node });
    this.#beat(this.clock.monotonicMs() + TIMER_PERIOD_MS);
  }

  /** Tells engine.stop, then takes the plugins out, the last one first. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#stopTimer?.();
    await this.bus.tell('engine.stop', { node: this.bus.node });
    await this.#turns.run(async () => {
      for (const name of this.plugins.toReversed()) await this.#remove(name);
    });
  }

  /** As `stop`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #install(plugin: Plugin, section: RawSection): Promise<void> {
    if (this.#plugins.has(plugin.name)) {
      throw setUpFailed(plugin.name, 'a plugin of that name is installed already');
    }
    const kept = new KeptValues();
    const installed: Installed = { plugin, kept, orders: new Map(), scope: undefined };
    try {
      installed.scope = await this.#setUp(installed, section);
    } catch (fault) {
      await giveBack(kept.takeDisposers(), this.wheel, this.log);
      throw fault;
    }
    installed.scope.goLive(undefined);
    this.#plugins.set(plugin.name, installed);
  }

  async #remove(name: string): Promise<void> {
    const { scope, kept } = this.#installed(name);
    this.#plugins.delete(name);
    await scope?.dispose();
    await giveBack(kept.takeDisposers(), this.wheel, this.log);
  }

  #installed(name: string): Installed {
    const installed = this.#plugins.get(name);
    if (!installed) throw new TandemError('PLUGIN_UNKNOWN', { plugin: name });
    return installed;
  }

  /** Each beat is counted from the one before, not from when that fired: beats do not drift. */
  #beat(dueMs: number): void {
    if (!this.#isRunning) return;
    const nowMs = this.clock.monotonicMs();
    // After a pause of the process the missed beats are left out.
    const nextMs = dueMs < nowMs ? nowMs + TIMER_PERIOD_MS : dueMs;
    this.#stopTimer = this.wheel.after(nextMs - nowMs, () => {
      this.#beat(nextMs + TIMER_PERIOD_MS);
      void this.bus.tell('engine.timer', { node: this.bus.node, at: this.clock.now() });
    });
  }

  async #setUp({ plugin, kept, orders }: Installed, section: RawSection): Promise<Scope> {
    const { onFault, config } = readPluginSection(plugin.name, plugin.config, section);
    const order = this.#orderNumbers(orders);
    const log = this.log.with({ plugin: plugin.name });
    const scope = new Scope(plugin.name, this.bus, log, { onFault, order, kept });
    try {
      const setUp: unknown = plugin.setup(scope, config);
      if (setUp instanceof Promise) await withDeadline(this.wheel, SETUP_MAX_MS, setUp, tooLong);
    } catch (cause) {
      await scope.dispose();
      if (cause instanceof TandemError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw setUpFailed(plugin.name, reason, cause);
    }
    return scope;
  }

  /** Handlers keep their place among equals over a reload: order numbers are handed out again. */
  #orderNumbers(orders: Map<MessageName, number[]>): (message: MessageName) => number {
    const used = new Map<MessageName, number>();
    return (message) => {
      const index = used.get(message) ?? 0;
      used.set(message, index + 1);
      const numbers = orders.get(message) ?? [];
      orders.set(message, numbers);
      return (numbers[index] ??= this.#order++);
    };
  }
}

function setUpFailed(plugin: string, reason: string, cause?: unknown): TandemError {
  return new TandemError('PLUGIN_SETUP_FAILED', { plugin, reason }, { cause });
}

function tooLong(): Error {
  return new Error(`the set-up took longer than ${SETUP_MAX_MS} ms`);
}
