import type { Cancellation } from './cancellation.ts';
import type { Clock } from './clock.ts';
import { Dispatch, type DispatchHost, type DispatchMode, type HandlerAnswer } from './dispatch.ts';
import { TandemError } from './fault.ts';
import type { Lane } from './lane.ts';
import type { Log } from './log.ts';
import { type Extra, Message, type MessageState } from './message.ts';
import type {
  AnswerOf,
  AskName,
  CallFacts,
  GatherName,
  MaybePromise,
  MessageName,
  ParamsOf,
  TellName,
} from './message-map.ts';
import { emptyPipeline, type HandlerEntry, makePipeline, type Pipeline } from './pipeline.ts';
import type { Destination, Remote, RemoteMessage, RemoteReceiver } from './remote.ts';
import type { TimerWheel } from './timer-wheel.ts';
import { note, Trail } from './trail.ts';
import type { Outcome, Watcher } from './watcher.ts';

/** Every sixteenth dispatch times its synchronous handlers too; a clock read costs 66 ns. */
const TIMED_ONE_IN = 16;
/** Messages asked from inside handlers of messages asked from inside handlers … */
const DEPTH_MAX = 24;
/** How long another node may take to answer, unless the sender says otherwise. */
const REMOTE_TIMEOUT_MS = 2_000;

/** What a sender may say of a message beside its params. */
export interface SendOptions {
  readonly extra?: readonly Extra[] | undefined;
  /** The call's record of facts; the same object on every message of one call. */
  readonly facts?: CallFacts | undefined;
  /** The call's story; each dispatch adds a step. */
  readonly trail?: Trail | undefined;
  readonly cancellation?: Cancellation | undefined;
  /** The message whose handler sends this one: facts, trail and cancellation are taken from it. */
  readonly parent?: Message | undefined;
  /** The call's queue: this message is dispatched in its turn. */
  readonly lane?: Lane | undefined;
  /** Only handlers behind this priority: the same chain, behind the one who asks. */
  readonly after?: number | undefined;
  /** Another node, or one boot of it. */
  readonly to?: string | Destination | undefined;
  /** How long another node may take, ms; default 2,000. */
  readonly timeoutMs?: number | undefined;
}

/** Answers of a survey, each with the node it came from. */
export interface Gathered<A> {
  readonly answers: readonly { readonly node: string; readonly answer: A }[];
  /** Nodes that did not answer in time. */
  readonly unanswered: readonly string[];
  readonly faults: readonly unknown[];
}

/** A handler of message `N`: its answer, or undefined for "not mine". */
export type Handler<N extends MessageName> = (
  message: Message<N>,
) => MaybePromise<AnswerOf<N> | undefined | void>;

/**
 * The bus: who asks does not know who answers.
 *
 *   ask ──> [50 cluster.prefix] ──> [100 registrar] ──> …   first answer ends it
 *   tell ─> [25 stamp] ──> [50 ledger] ──> [100 cdrfile]     everyone hears it
 *   gather  every answer, here or on all nodes
 */
export class Bus implements DispatchHost {
  readonly #pipelines = new Map<string, Pipeline>();
  readonly #watchers = new Map<string, readonly Watcher[]>();
  readonly #slow = new Set<string>();
  readonly #crossing = new Set<string>();
  readonly #log: Log;
  #remote: Remote | undefined;
  #dispatches = 0;
  /** Every handler of every dispatch is timed: what `trace` sets. */
  isTracing = false;

  constructor(
    /** The name of this node. */
    readonly node: string,
    readonly clock: Clock,
    readonly wheel: TimerWheel,
    log: Log,
  ) {
    this.#log = log;
  }

  /** Asks a question. Undefined: nobody answered. @throws TandemError when a handler failed (fail closed). */
  ask<N extends AskName>(
    name: N,
    params: ParamsOf<N>,
    options?: SendOptions,
  ): MaybePromise<AnswerOf<N> | undefined> {
    return this.askMessage(this.message(name, params, options), options);
  }

  /** Asks with a message that the sender keeps, to read what handlers changed. */
  askMessage<N extends AskName>(
    message: Message<N>,
    options?: SendOptions,
  ): MaybePromise<AnswerOf<N> | undefined> {
    if (options?.lane) return options.lane.run(() => this.#ask(message, options));
    return this.#ask(message, options);
  }

  /** Tells everyone; gives the faults of those that failed. */
  tell<N extends TellName>(
    name: N,
    params: ParamsOf<N>,
    options?: SendOptions,
  ): MaybePromise<readonly unknown[]> {
    if (
      options?.to === undefined &&
      !this.#pipelines.has(name) &&
      this.#watchers.size === 0 &&
      !options?.lane
    ) {
      return NO_FAULTS;
    }
    return this.tellMessage(this.message(name, params, options), options);
  }

  /** Tells with a message that the sender keeps. */
  tellMessage<N extends TellName>(
    message: Message<N>,
    options?: SendOptions,
  ): MaybePromise<readonly unknown[]> {
    if (options?.to !== undefined && !this.#isHere(options.to)) {
      return then(
        this.#remoteOf().tell(destinationOf(options.to), this.#toRemote(message)),
        () => NO_FAULTS,
      );
    }
    const run = (): MaybePromise<readonly unknown[]> =>
      then(this.#dispatch('tell', message, options), (outcome) => outcome.faults ?? NO_FAULTS);
    return options?.lane ? options.lane.run(run) : run();
  }

  /** Collects every answer of this node, or with `to: '*'` of all nodes, naming the silent ones. */
  async gather<N extends GatherName>(
    name: N,
    params: ParamsOf<N>,
    options?: SendOptions,
  ): Promise<Gathered<AnswerOf<N>>> {
    const message = this.message(name, params, options);
    const { timeoutMs = REMOTE_TIMEOUT_MS } = options ?? {};
    const [outcome, others] = await Promise.all([
      this.#dispatch('gather', message, options),
      options?.to === '*' && this.#remote
        ? this.#remote.gather(this.#toRemote(message), { timeoutMs })
        : { answers: [], unanswered: [] },
    ]);
    const own = (outcome.answer as readonly HandlerAnswer[]).map(({ answer }) => ({
      node: this.node,
      answer: answer as AnswerOf<N>,
    }));
    const answers = others.answers as readonly { node: string; answer: AnswerOf<N> }[];
    return {
      answers: [...own, ...answers],
      unanswered: others.unanswered,
      faults: outcome.faults ?? [],
    };
  }

  /** Makes a message without sending it. @throws TandemError BUS_TOO_DEEP */
  message<N extends MessageName>(name: N, params: ParamsOf<N>, options?: SendOptions): Message<N> {
    const parent = options?.parent;
    const depth = parent === undefined ? 0 : parent.depth + 1;
    if (depth > DEPTH_MAX) throw new TandemError('BUS_TOO_DEEP', { message: name, depth });
    const state: MessageState<N> = {
      params,
      extra: options?.extra ?? NO_EXTRA,
      step: undefined,
      handler: -1,
      lateChanges: 0,
    };
    return new Message(
      name,
      state,
      options?.facts ?? parent?.facts ?? {},
      this.clock.now(),
      options?.trail ?? parent?.trail,
      depth,
      options?.cancellation ?? parent?.cancellation,
      undefined,
    );
  }

  /** The handlers of a message in the order in which they are asked. */
  handlersOf(name: string): readonly HandlerEntry[] {
    return (this.#pipelines.get(name) ?? emptyPipeline).entries;
  }

  /** Names of messages that somebody handles. */
  get handledNames(): readonly string[] {
    return [...this.#pipelines.keys()].toSorted();
  }

  /** @internal Swaps entries in one step: dispatches in flight finish on the arrays they began with. */
  replace(removed: readonly HandlerEntry[], added: readonly HandlerEntry[]): void {
    const names = new Set([...removed, ...added].map((entry) => entry.message));
    const gone = new Set(removed);
    for (const name of names) {
      const kept = this.handlersOf(name).filter((entry) => !gone.has(entry));
      const entries = [...kept, ...added.filter((entry) => entry.message === name)];
      if (entries.length === 0) this.#pipelines.delete(name);
      else this.#pipelines.set(name, makePipeline(entries));
    }
  }

  /** @internal Watches finished messages of a name, or of all with '*'. Returns the stop. */
  watch(name: string, watcher: Watcher): () => void {
    this.#watchers.set(name, [...(this.#watchers.get(name) ?? []), watcher]);
    return () => {
      const rest = (this.#watchers.get(name) ?? []).filter((other) => other !== watcher);
      if (rest.length === 0) this.#watchers.delete(name);
      else this.#watchers.set(name, rest);
    };
  }

  /** Says of a fact whether it may cross to another node; one that nobody declared stays here. */
  declareFact(key: keyof CallFacts, rule: { readonly crosses: boolean }): void {
    if (rule.crosses) this.#crossing.add(key);
    else this.#crossing.delete(key);
  }

  /** Connects the bus to the other nodes, or with undefined cuts it off. */
  connect(remote: Remote | undefined): void {
    this.#remote = remote;
  }

  /** What the mesh calls with what other nodes send. */
  readonly receiver: RemoteReceiver = {
    ask: async (from, remote) => {
      const message = this.#fromRemote(from, remote);
      const outcome = await this.#dispatch('ask', message);
      if (outcome.kind === 'fault') throw outcome.faults![0];
      const params = message.params as Readonly<Record<string, unknown>>;
      return { answer: outcome.answer, params, steps: message.trail?.steps ?? [] };
    },
    tell: async (from, remote) => {
      await this.#dispatch('tell', this.#fromRemote(from, remote));
    },
    gather: async (from, remote) => {
      const outcome = await this.#dispatch('gather', this.#fromRemote(from, remote));
      return (outcome.answer as readonly HandlerAnswer[]).map(({ answer }) => answer);
    },
  };

  /** @internal */
  onHandlerFault(entry: HandlerEntry, fault: unknown, isQuarantined: boolean): void {
    const text = fault instanceof Error ? fault.message : String(fault);
    const fields = {
      message: entry.message,
      handler: entry.label,
      plugin: entry.plugin,
      fault: text,
    };
    this.#log.error('a handler failed', fields);
    if (isQuarantined) {
      this.#log.error('a handler is in quarantine', { ...fields, faults: entry.quarantine.faults });
    }
  }

  /** @internal */
  onSlow(message: Message, durationMs: number): void {
    this.#slow.add(message.name);
    this.#log.warn('a dispatch was slow', { message: message.name, durationMs });
  }

  #ask<N extends AskName>(
    message: Message<N>,
    options: SendOptions | undefined,
  ): MaybePromise<AnswerOf<N> | undefined> {
    if (options?.to !== undefined && !this.#isHere(options.to)) {
      return this.#askRemote(message, options.to, options.timeoutMs ?? REMOTE_TIMEOUT_MS);
    }
    return then(this.#dispatch('ask', message, options), (outcome) => {
      if (outcome.kind === 'fault') throw outcome.faults![0];
      return outcome.answer as AnswerOf<N> | undefined;
    });
  }

  async #askRemote<N extends AskName>(
    message: Message<N>,
    to: string | Destination,
    timeoutMs: number,
  ): Promise<AnswerOf<N> | undefined> {
    const { cancellation } = message;
    const destination = destinationOf(to);
    const step = message.trail?.begin(message.name, [`@${destination.node}:0`], message.time);
    const startedMs = this.clock.monotonicMs();
    const remote = await this.#remoteOf().ask(destination, this.#toRemote(message), {
      timeoutMs,
      cancellation,
    });
    if (step) {
      note(step, { handler: 0, kind: 'waited', durationMs: this.clock.monotonicMs() - startedMs });
    }
    message.trail?.adopt(remote.steps);
    message.state.params = remote.params as ParamsOf<N>;
    return remote.answer as AnswerOf<N> | undefined;
  }

  #dispatch(mode: DispatchMode, message: Message, options?: SendOptions): MaybePromise<Outcome> {
    const { name, state } = message;
    const pipeline = this.#pipelines.get(name) ?? emptyPipeline;
    state.step = message.trail?.begin(name, pipeline.labels, message.time) ?? {
      message: name,
      labels: pipeline.labels,
      at: message.time,
      notes: undefined,
    };
    const first = options?.after === undefined ? 0 : firstBehind(pipeline, options.after);
    const dispatch = new Dispatch(this, mode, message, pipeline, this.#isTimed(name), first);
    const outcome = dispatch.run();
    if (this.#watchers.size === 0) return outcome;
    return then(outcome, (ended) => {
      this.#inform(message, ended);
      return ended;
    });
  }

  #isTimed(name: string): boolean {
    if (this.isTracing) return true;
    if (this.#slow.size > 0 && this.#slow.delete(name)) return true;
    return this.#dispatches++ % TIMED_ONE_IN === 0;
  }

  #inform(message: Message, outcome: Outcome): void {
    for (const key of [message.name, '*']) {
      for (const watcher of this.#watchers.get(key) ?? []) {
        try {
          watcher(message, outcome);
        } catch (fault) {
          this.#log.error('a watcher failed', { message: message.name, fault: String(fault) });
        }
      }
    }
  }

  #isHere(to: string | Destination): boolean {
    return typeof to === 'string' && to === this.node;
  }

  #remoteOf(): Remote {
    if (!this.#remote) throw new TandemError('BUS_NO_MESH', { node: this.node });
    return this.#remote;
  }

  #toRemote(message: Message): RemoteMessage {
    const facts: Record<string, unknown> = {};
    const own = message.facts as Readonly<Record<string, unknown>>;
    for (const key of this.#crossing) if (own[key] !== undefined) facts[key] = own[key];
    const params = message.params as Readonly<Record<string, unknown>>;
    return { name: message.name, params, extra: message.extra, facts: facts };
  }

  #fromRemote(from: string, remote: RemoteMessage): Message {
    const facts: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(remote.facts ?? {})) {
      if (this.#crossing.has(key)) facts[key] = value;
    }
    const state = {
      params: remote.params as ParamsOf<MessageName>,
      extra: remote.extra ?? NO_EXTRA,
      step: undefined,
      handler: -1,
      lateChanges: 0,
    };
    return new Message(
      remote.name as MessageName,
      state,
      facts,
      this.clock.now(),
      new Trail(),
      0,
      undefined,
      from,
    );
  }
}

const NO_EXTRA: readonly Extra[] = Object.freeze([]);
const NO_FAULTS: readonly unknown[] = Object.freeze([]);

function destinationOf(to: string | Destination): Destination {
  return typeof to === 'string' ? { node: to } : to;
}

function firstBehind(pipeline: Pipeline, priority: number): number {
  const index = pipeline.entries.findIndex((entry) => entry.priority > priority);
  return index < 0 ? pipeline.entries.length : index;
}

/** Goes on at once with a value, or later with a promise's. */
function then<T, R>(value: MaybePromise<T>, go: (value: T) => R): MaybePromise<R> {
  return value instanceof Promise ? value.then(go) : go(value);
}
