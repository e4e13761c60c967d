import { Bus } from './bus.ts';
import { type Clock, type StopTimer, systemClock } from './clock.ts';
import { type ConfigIssue, type RawSection, readSection } from './config-section.ts';
import { TandemError } from './fault.ts';
import { type Log, silentLog } from './log.ts';
import type { OnFault } from './pipeline.ts';
import type { Plugin } from './plugin.ts';
import { Scope } from './scope.ts';
import { TimerWheel } from './timer-wheel.ts';

/** Period of engine.timer: Yate's. */
const TIMER_PERIOD_MS = 1_000;

interface Installed {
  readonly plugin: Plugin;
  readonly kept: Map<string, unknown>;
  readonly orders: number[];
  scope: Scope;
}

/** What an engine is made of; all but the name have defaults. */
export interface EngineOptions {
  readonly node: string;
  readonly clock?: Clock;
  readonly log?: Log;
}

/** One node's engine: the bus, its clock and wheel, and the plugins that live on it. */
export class Engine {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  readonly log: Log;
  readonly #plugins = new Map<string, Installed>();
  #order = 0;
  #stopTimer: StopTimer | undefined;
  #isRunning = false;

  constructor(options: EngineOptions) {
    this.clock = options.clock ?? systemClock;
    this.log = options.log ?? silentLog;
    this.wheel = new TimerWheel(this.clock, (fault) =>
      this.log.error('a timer failed', { fault: String(fault) }),
    );
    this.bus = new Bus(options.node, this.clock, this.wheel, this.log);
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
    if (this.#plugins.has(plugin.name)) {
      throw new TandemError('PLUGIN_SETUP_FAILED', {
        plugin: plugin.name,
        reason: 'a plugin of that name is installed already',
      });
    }
    const kept = new Map<string, unknown>();
    const orders: number[] = [];
    const scope = await this.#setUp(plugin, section, kept, orders);
    scope.goLive(undefined);
    this.#plugins.set(plugin.name, { plugin, kept, orders, scope });
  }

  /**
   * Sets a plugin up anew with another section and swaps: until then, and when the new set-up
   * fails, the former one serves. @throws as `install`
   */
  async reload(name: string, section: RawSection = {}): Promise<void> {
    const installed = this.#plugins.get(name);
    if (!installed) throw new TandemError('PLUGIN_UNKNOWN', { plugin: name });
    const { plugin, kept, orders, scope: former } = installed;
    const scope = await this.#setUp(plugin, section, kept, orders);
    scope.goLive(former);
    installed.scope = scope;
    await former.dispose();
  }

  /** Takes a plugin out. */
  async remove(name: string): Promise<void> {
    const installed = this.#plugins.get(name);
    if (!installed) throw new TandemError('PLUGIN_UNKNOWN', { plugin: name });
    this.#plugins.delete(name);
    await installed.scope.dispose();
  }

  /** Tells engine.start and begins the beat of engine.timer. */
  async start(): Promise<void> {
    this.#isRunning = true;
    await this.bus.tell('engine.start', { node: this.bus.node });
    this.#beat();
  }

  /** Tells engine.stop, then takes the plugins out, the last one first. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#stopTimer?.();
    await this.bus.tell('engine.stop', { node: this.bus.node });
    for (const name of this.plugins.toReversed()) await this.remove(name);
  }

  #beat(): void {
    this.#stopTimer = this.wheel.after(TIMER_PERIOD_MS, () => {
      if (!this.#isRunning) return;
      this.#beat();
      const params = { node: this.bus.node, at: this.clock.now() };
      void this.bus.tell('engine.timer', params);
    });
  }

  /** Handlers keep their place among equals over a reload: order numbers are handed out again. */
  async #setUp(
    plugin: Plugin,
    section: RawSection,
    kept: Map<string, unknown>,
    orders: number[],
  ): Promise<Scope> {
    const { onFault, ...own } = section;
    const config = readSection(plugin.name, plugin.config, own);
    const issues = config.ok ? [] : [...config.issues];
    if (onFault !== undefined && onFault !== 'refuse' && onFault !== 'pass') {
      const message = `expected refuse or pass, got ${JSON.stringify(onFault)}`;
      issues.push({ section: plugin.name, key: 'onFault', message });
    }
    if (!config.ok || issues.length > 0) throw invalid(issues);
    let handlers = 0;
    const order = (): number => (orders[handlers++] ??= this.#order++);
    const log = this.log.with({ plugin: plugin.name });
    const scope = new Scope(plugin.name, this.bus, log, {
      onFault: (onFault as OnFault | undefined) ?? 'refuse',
      order,
      kept,
    });
    try {
      await plugin.setup(scope, config.value);
    } catch (cause) {
      await scope.dispose();
      if (cause instanceof TandemError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new TandemError('PLUGIN_SETUP_FAILED', { plugin: plugin.name, reason }, { cause });
    }
    return scope;
  }
}

function invalid(issues: readonly ConfigIssue[]): TandemError {
  const lines = issues.map(({ section, key, message, hint }) => {
    const advice = hint === undefined ? '' : ` (${hint})`;
    return `[${section}] ${key}: ${message}${advice}`;
  });
  return new TandemError('CONFIG_INVALID', { issues: lines.join('; ') });
}
