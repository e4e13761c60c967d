import type { Bus } from './bus.ts';
import type { Clock, StopTimer } from './clock.ts';
import { compileFilter, type Where } from './filter.ts';
import { giveBack } from './give-back.ts';
import type { Handler } from './handler.ts';
import type { KeptValues } from './kept-values.ts';
import type { Log } from './log.ts';
import type { CallFacts, MessageMap, MessageName } from './message-map.ts';
import type { Message } from './message.ts';
import type { HandlerEntry, OnFault } from './pipeline.ts';
import { Quarantine } from './quarantine.ts';
import type { TimerWheel } from './timer-wheel.ts';
import type { Outcome, Watcher } from './watcher.ts';

/** A handler that has not answered by then has failed. */
const DEADLINE_DEFAULT_MS = 5_000;
/** Where a handler stands that says nothing: Yate's default. */
const PRIORITY_DEFAULT = 100;

/** How a handler is installed. */
export interface HandleOptions<N extends MessageName> {
  /** Lower runs first; default 100. */
  readonly priority?: number | undefined;
  /** Conditions on params; all must hold. */
  readonly where?: Where<MessageMap[N]['params']> | undefined;
  /** How long an asynchronous handler may take, ms; default 5,000. */
  readonly deadlineMs?: number | undefined;
  /** Name shown in trails instead of the plugin's: `cluster.prefix`. */
  readonly as?: string | undefined;
  /**
   * For a handler whose faults are those of the world, such as a full disk, and whose messages
   * are told again: each of them reaches it, and it never comes into quarantine.
   */
  readonly isAlwaysAsked?: boolean | undefined;
}

/** What an engine gives a scope beside the bus. */
export interface ScopeOptions {
  readonly onFault: OnFault;
  /** Where the next handler of that message stands among those of equal priority. */
  readonly order: (message: MessageName) => number;
  readonly kept: KeptValues;
}

/**
 * All that one plugin registers. Disposing it takes all of that back; a reload sets up a new
 * scope, swaps, and disposes the old one. What is registered on a scope that has ended is
 * refused with a line in the log: a plugin's late promise must not outlive the plugin.
 */
export class Scope {
  readonly #options: ScopeOptions;
  readonly #entries: HandlerEntry[] = [];
  readonly #disposers: (() => void | Promise<void>)[] = [];
  /** Begun when the scope goes live; each gives back how it is stopped. */
  #starters: (() => () => void)[] = [];
  #stops: (() => void)[] = [];
  #state: 'settingUp' | 'live' | 'ended' = 'settingUp';

  constructor(
    /** The plugin's name, its section in the conf and its label in trails. */
    readonly plugin: string,
    readonly bus: Bus,
    readonly log: Log,
    options: ScopeOptions,
  ) {
    this.#options = options;
  }

  /** The engine's clock: the only source of time. */
  get clock(): Clock {
    return this.bus.clock;
  }

  /** The engine's timers; `every` and `onDispose` save stopping them by hand. */
  get wheel(): TimerWheel {
    return this.bus.wheel;
  }

  /** The name of this node. */
  get node(): string {
    return this.bus.node;
  }

  /**
   * Installs a handler; it is asked from the moment the plugin's set-up has ended.
   * @throws RangeError on a priority or deadline that is no number: no handler waits for ever
   */
  handle<N extends MessageName>(name: N, options: HandleOptions<N>, handler: Handler<N>): void {
    if (this.#hasEnded('a handler')) return;
    const { priority = PRIORITY_DEFAULT, deadlineMs = DEADLINE_DEFAULT_MS, where } = options;
    if (!Number.isFinite(priority)) throw new RangeError(`a priority is a number, not ${priority}`);
    if (!(deadlineMs > 0 && Number.isFinite(deadlineMs))) {
      throw new RangeError(`a deadline is some ms, not ${deadlineMs}`);
    }
    const entry: HandlerEntry = {
      message: name,
      priority,
      label: `${options.as ?? this.plugin}:${priority}`,
      plugin: this.plugin,
      filter: compileFilter(where),
      order: this.#options.order(name),
      deadlineMs,
      onFault: this.#options.onFault,
      quarantine: new Quarantine(this.clock, options.isAlwaysAsked),
      handler,
    };
    this.#entries.push(entry);
    if (this.#state === 'live') this.bus.replace([], [entry]);
  }

  /** Sees finished messages of one name, or of all with '*'; alters nothing. */
  watch<N extends MessageName>(
    name: N | '*',
    watcher: (message: Message<N>, outcome: Outcome) => void,
  ): void {
    this.#whileLive('a watcher', () => this.bus.watch(name, watcher as Watcher));
  }

  /** Declares whether a fact may cross to another node. */
  declareFact(key: keyof CallFacts, rule: { readonly crosses: boolean }): void {
    this.#whileLive('a fact', () => this.bus.declareFact(key, rule));
  }

  /**
   * Fires every `intervalMs` while the plugin lives; a fault is logged and the next one comes.
   * A beat that falls due while the one before still runs is left out.
   */
  every(intervalMs: number, fire: () => void | Promise<void>): void {
    this.#whileLive('a timer', () => {
      let isBusy = false;
      let stop: StopTimer = () => undefined;
      const again = (): void => {
        stop = this.wheel.after(intervalMs, () => {
          again();
          if (isBusy) return;
          isBusy = true;
          void this.#guard(fire).finally(() => {
            isBusy = false;
          });
        });
      };
      again();
      return () => stop();
    });
  }

  /** Gives back a resource when the plugin is disposed; the last one registered goes first. */
  onDispose(dispose: () => void | Promise<void>): void {
    if (this.#state === 'ended') void giveBack([dispose], this.wheel, this.log);
    else this.#disposers.push(dispose);
  }

  /**
   * A value that outlives reloads of the plugin: counters of living calls, connections.
   * `dispose` gives it back when the plugin is taken out for good.
   */
  keep<T>(key: string, create: () => T, dispose?: (value: T) => void | Promise<void>): T {
    return this.#options.kept.keep(key, create, dispose);
  }

  /** @internal Makes this scope live in place of `former`, in one step. */
  goLive(former: Scope | undefined): void {
    this.#state = 'live';
    this.bus.replace(former?.retire() ?? [], this.#entries);
    this.#stops = this.#starters.splice(0).map((start) => start());
  }

  /** @internal Stops watchers and timers at once; returns the entries to be taken out. */
  retire(): readonly HandlerEntry[] {
    this.#state = 'ended';
    for (const stop of this.#stops.splice(0)) stop();
    return this.#entries;
  }

  /** @internal Takes back all that was registered; faults are logged. */
  async dispose(): Promise<void> {
    this.bus.replace(this.retire(), []);
    await giveBack(this.#disposers.splice(0).toReversed(), this.wheel, this.log);
  }

  #whileLive(what: string, start: () => () => void): void {
    if (this.#hasEnded(what)) return;
    if (this.#state === 'live') this.#stops.push(start());
    else this.#starters.push(start);
  }

  #hasEnded(what: string): boolean {
    if (this.#state !== 'ended') return false;
    this.log.warn(`${what} came after the plugin had ended, and was refused`);
    return true;
  }

  async #guard(fire: () => void | Promise<void>): Promise<void> {
    try {
      await fire();
    } catch (fault) {
      this.log.error('a timer of a plugin failed', { fault: String(fault) });
    }
  }
}
