import type { Bus } from './bus.ts';
import type { Clock, StopTimer } from './clock.ts';
import { Filter, type Where } from './filter.ts';
import type { Handler } from './handler.ts';
import type { Log } from './log.ts';
import type { CallFacts, MessageMap, MessageName } from './message-map.ts';
import type { Message } from './message.ts';
import type { HandlerEntry, OnFault } from './pipeline.ts';
import { Quarantine } from './quarantine.ts';
import type { TimerWheel } from './timer-wheel.ts';
import type { Outcome } from './watcher.ts';

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
}

/**
 * All that one plugin registers. Disposing it takes all of that back; a reload sets up a new
 * scope, swaps, and disposes the old one.
 */
export class Scope {
  readonly #entries: HandlerEntry[] = [];
  readonly #disposers: (() => void | Promise<void>)[] = [];
  readonly #live: (() => void)[] = [];
  readonly #kept: Map<string, unknown>;
  readonly #order: () => number;
  readonly #onFault: OnFault;
  #isLive = false;
  #isDisposed = false;

  constructor(
    /** The plugin's name, its section in the conf and its label in trails. */
    readonly plugin: string,
    readonly bus: Bus,
    readonly log: Log,
    options: { onFault: OnFault; order: () => number; kept: Map<string, unknown> },
  ) {
    this.#onFault = options.onFault;
    this.#order = options.order;
    this.#kept = options.kept;
  }

  get clock(): Clock {
    return this.bus.clock;
  }

  get wheel(): TimerWheel {
    return this.bus.wheel;
  }

  /** The name of this node. */
  get node(): string {
    return this.bus.node;
  }

  /** Installs a handler; it is asked from the moment the plugin's set-up has ended. */
  handle<N extends MessageName>(name: N, options: HandleOptions<N>, handler: Handler<N>): void {
    const priority = options.priority ?? PRIORITY_DEFAULT;
    const where = options.where;
    const entry: HandlerEntry = {
      message: name,
      priority,
      label: `${options.as ?? this.plugin}:${priority}`,
      plugin: this.plugin,
      filter: where === undefined ? undefined : new Filter(where),
      order: this.#order(),
      deadlineMs: options.deadlineMs ?? DEADLINE_DEFAULT_MS,
      onFault: this.#onFault,
      quarantine: new Quarantine(this.clock),
      handler: handler,
    };
    this.#entries.push(entry);
    if (this.#isLive) this.bus.replace([], [entry]);
  }

  /** Sees finished messages of one name, or of all with '*'; alters nothing. */
  watch<N extends MessageName>(
    name: N | '*',
    watcher: (message: Message<N>, outcome: Outcome) => void,
  ): void {
    this.#whenLive(() =>
      this.onDispose(this.bus.watch(name, watcher as (message: Message, o: Outcome) => void)),
    );
  }

  /** Declares whether a fact may cross to another node. */
  declareFact(key: keyof CallFacts, rule: { readonly crosses: boolean }): void {
    this.bus.declareFact(key, rule);
  }

  /** Fires every `intervalMs` while the plugin lives; a fault is logged and the next one comes. */
  every(intervalMs: number, fire: () => void | Promise<void>): void {
    this.#whenLive(() => {
      let stop: StopTimer = () => undefined;
      const again = (): void => {
        stop = this.wheel.after(intervalMs, () => {
          again();
          this.#guard(fire);
        });
      };
      again();
      this.onDispose(() => stop());
    });
  }

  /** Gives back a resource when the plugin is disposed; the last one registered goes first. */
  onDispose(dispose: () => void | Promise<void>): void {
    this.#disposers.push(dispose);
  }

  /** A value that outlives reloads of the plugin: counters of living calls, connections. */
  keep<T>(key: string, create: () => T): T {
    if (!this.#kept.has(key)) this.#kept.set(key, create());
    return this.#kept.get(key) as T;
  }

  /** @internal Makes this scope live in place of `former`, in one step. */
  goLive(former: Scope | undefined): void {
    this.#isLive = true;
    this.bus.replace(former === undefined ? [] : former.#entries, this.#entries);
    for (const start of this.#live.splice(0)) start();
  }

  /** @internal Takes back all that was registered; faults are logged. */
  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    if (this.#isLive) this.bus.replace(this.#entries, []);
    for (const dispose of this.#disposers.splice(0).reverse()) {
      try {
        await dispose();
      } catch (fault) {
        this.log.error('a plugin could not give back a resource', { fault: String(fault) });
      }
    }
  }

  #whenLive(start: () => void): void {
    if (this.#isLive) start();
    else this.#live.push(start);
  }

  #guard(fire: () => void | Promise<void>): void {
    const failed = (fault: unknown): void =>
      this.log.error('a timer of a plugin failed', { plugin: this.plugin, fault: String(fault) });
    try {
      const result = fire();
      if (result instanceof Promise) result.catch(failed);
    } catch (fault) {
      failed(fault);
    }
  }
}
