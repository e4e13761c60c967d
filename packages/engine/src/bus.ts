import type { Clock } from './clock.ts';
import { Dispatch, type DispatchHost, type DispatchMode, type HandlerAnswer } from './dispatch.ts';
import { FactCrossing } from './fact-crossing.ts';
import { TandemError } from './fault.ts';
import type { Lane } from './lane.ts';
import type { Log } from './log.ts';
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
import { type Extra, Message } from './message.ts';
import {
  emptyPipeline,
  firstBehind,
  type HandlerEntry,
  makePipeline,
  type Pipeline,
} from './pipeline.ts';
import { fromRemote, stepsOf, toRemote } from './remote-messages.ts';
import type { Destination, Remote, RemoteGathered, RemoteReceiver } from './remote.ts';
import { Sampling } from './sampling.ts';
import { DEPTH_MAX, type Gathered, REMOTE_TIMEOUT_MS, type SendOptions } from './send-options.ts';
import type { TimerWheel } from './timer-wheel.ts';
import { note, type TrailStep } from './trail.ts';
import { Watchers } from './watchers.ts';
import type { Watcher } from './watcher.ts';

/**
 * The bus: who asks does not know who answers.
 *
 *   ask ──> [50 cluster.prefix] ──> [100 registrar] ──> …   first answer ends it
 *   tell ─> [25 stamp] ──> [50 ledger] ──> [100 cdrfile]     everyone hears it
 *   gather  every answer, here or on all nodes
 */
export class Bus implements DispatchHost {
  readonly #pipelines = new Map<string, Pipeline>();
  readonly #sampling = new Sampling();
  readonly #crossing = new FactCrossing();
  readonly #watchers: Watchers;
  readonly #log: Log;
  #remote: Remote | undefined;
  #lateChanges = 0;

  constructor(
    /** The name of this node. */
    readonly node: string,
    readonly clock: Clock,
    readonly wheel: TimerWheel,
    log: Log,
  ) {
    this.#log = log;
    this.#watchers = new Watchers(log);
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
    const lane = turnOf(options);
    return lane === undefined
      ? this.#ask(message, options)
      : lane.run(() => this.#ask(message, options));
  }

  /** Tells everyone; gives the faults of those that failed. */
  tell<N extends TellName>(
    name: N,
    params: ParamsOf<N>,
    options?: SendOptions,
  ): MaybePromise<readonly unknown[]> {
    if (options === undefined && !this.#pipelines.has(name) && this.#watchers.isEmpty) {
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
      return this.#tellRemote(message, destinationOf(options.to));
    }
    const lane = turnOf(options);
    return lane === undefined
      ? this.#dispatch('tell', message, options, faultsOf)
      : lane.run(() => this.#dispatch('tell', message, options, faultsOf));
  }

  /**
   * Collects every answer of this node, or with `to: '*'` of all nodes, naming the silent ones.
   * Never rejects: what failed is in `faults`.
   */
  async gather<N extends GatherName>(
    name: N,
    params: ParamsOf<N>,
    options?: SendOptions,
  ): Promise<Gathered<AnswerOf<N>>> {
    const message = this.message(name, params, options);
    const [own, others] = await Promise.all([
      this.#dispatch('gather', message, options, gatheredOf),
      options?.to === '*' ? this.#gatherRemote(message, options) : NOBODY,
    ]);
    const here = own.answers.map((answer) => ({ node: this.node, answer }));
    return {
      answers: [...here, ...others.answers] as Gathered<AnswerOf<N>>['answers'],
      unanswered: others.unanswered,
      faults: [...own.faults, ...(others.faults ?? [])],
    };
  }

  /** Makes a message without sending it. @throws TandemError BUS_TOO_DEEP */
  message<N extends MessageName>(name: N, params: ParamsOf<N>, options?: SendOptions): Message<N> {
    const at = this.clock.now();
    if (options === undefined) {
      return new Message(
        ...([
          name,
          params,
          NO_EXTRA,
          {},
          at,
          undefined,
          undefined,
          undefined,
          0,
          undefined,
        ] as const),
      );
    }
    const { parent } = options;
    const depth = parent === undefined ? 0 : parent.depth + 1;
    if (depth > DEPTH_MAX) throw new TandemError('BUS_TOO_DEEP', { message: name, depth });
    return new Message(
      name,
      params,
      options.extra ?? NO_EXTRA,
      options.facts ?? parent?.facts ?? {},
      at,
      options.trail ?? parent?.trail,
      options.cancellation ?? parent?.cancellation,
      options.lane ?? parent?.lane,
      depth,
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

  /** Changes that came after their handler's deadline and were dropped, since the start. */
  get lateChanges(): number {
    return this.#lateChanges;
  }

  /** Every handler of every dispatch is timed: what `trace` sets. */
  get isTracing(): boolean {
    return this.#sampling.isTracing;
  }

  set isTracing(isTracing: boolean) {
    this.#sampling.isTracing = isTracing;
  }

  /** Connects the bus to the other nodes, or with undefined cuts it off. */
  connect(remote: Remote | undefined): void {
    this.#remote = remote;
  }

  /**
   * Says of a fact whether it may cross to another node; one that nobody declared stays here.
   * Returns the way to take that back, which does nothing once another has declared it.
   */
  declareFact(key: keyof CallFacts, rule: { readonly crosses: boolean }): () => void {
    const owner = {};
    this.#crossing.declare(key, rule, owner);
    return () => this.#crossing.withdraw(key, owner);
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
    return this.#watchers.add(name, watcher);
  }

  /** What the mesh calls with what other nodes send. */
  readonly receiver: RemoteReceiver = {
    ask: async (from, remote) => {
      const message = fromRemote(from, remote, this.#crossing, this.clock);
      const answer = await this.#dispatch('ask', message, undefined, answerOf);
      const params = message.params as Readonly<Record<string, unknown>>;
      return { answer, params, extra: message.extra, steps: stepsOf(message, this.node) };
    },
    tell: async (from, remote) => {
      const message = fromRemote(from, remote, this.#crossing, this.clock);
      await this.#dispatch('tell', message, undefined, faultsOf);
    },
    gather: async (from, remote) => {
      const message = fromRemote(from, remote, this.#crossing, this.clock);
      return (await this.#dispatch('gather', message, undefined, gatheredOf)).answers;
    },
  };

  /** @internal */
  onHandlerFault(entry: HandlerEntry, fault: unknown, isQuarantined: boolean): void {
    const text = fault instanceof Error ? fault.message : String(fault);
    const fields = { ...fieldsOf(entry), fault: text };
    this.#log.error('a handler failed', fields);
    if (!isQuarantined) return;
    const { faults, pauseMs } = entry.quarantine;
    this.#log.error('a handler is in quarantine', { ...fields, faults, pauseMs });
  }

  /** @internal */
  onHandlerRecovered(entry: HandlerEntry): void {
    this.#log.info('a handler has left quarantine', fieldsOf(entry));
  }

  /** @internal */
  onLateChange(entry: HandlerEntry): void {
    this.#lateChanges++;
    this.#log.warn('a change came after its deadline and was dropped', fieldsOf(entry));
  }

  /** @internal */
  onSlow(message: Message, durationMs: number): void {
    this.#sampling.slow(message.name);
    this.#log.warn('a dispatch was slow', { message: message.name, durationMs });
  }

  #ask<N extends AskName>(
    message: Message<N>,
    options: SendOptions | undefined,
  ): MaybePromise<AnswerOf<N> | undefined> {
    if (options?.to !== undefined && !this.#isHere(options.to)) {
      return this.#askRemote(message, destinationOf(options.to), options.timeoutMs);
    }
    return this.#dispatch('ask', message, options, answerOf) as MaybePromise<AnswerOf<N>>;
  }

  /** Walks one message over its handlers, and shows the outcome to watchers, if there are any. */
  #dispatch<R>(
    mode: DispatchMode,
    message: Message,
    options: SendOptions | undefined,
    conclude: (dispatch: Dispatch) => R,
  ): MaybePromise<R> {
    const { name, trail } = message;
    const pipeline = this.#pipelines.get(name) ?? emptyPipeline;
    const { labels } = pipeline;
    message.step = trail === undefined ? undefined : trail.begin(name, labels, message.time);
    const first = options?.after === undefined ? 0 : firstBehind(pipeline, options.after);
    const isTimed = this.#sampling.isNextTimed(name);
    const dispatch = new Dispatch(this, mode, message, pipeline, isTimed, first);
    if (this.#watchers.isEmpty || !this.#watchers.has(name)) return dispatch.run(conclude);
    message.step ??= { message: name, labels, at: message.time, node: undefined, notes: undefined };
    return dispatch.run(this.#informing(message, message.step, conclude));
  }

  /** `conclude`, with the watchers told before it. */
  #informing<R>(
    message: Message,
    step: TrailStep,
    conclude: (dispatch: Dispatch) => R,
  ): (dispatch: Dispatch) => R {
    const startedMs = this.clock.monotonicMs();
    return (dispatch) => {
      const { kind, answer, handler, faults } = dispatch;
      const durationMs = this.clock.monotonicMs() - startedMs;
      this.#watchers.inform(message, { kind, answer, handler, faults, step, durationMs });
      return conclude(dispatch);
    };
  }

  async #askRemote<N extends AskName>(
    message: Message<N>,
    to: Destination,
    timeoutMs = REMOTE_TIMEOUT_MS,
  ): Promise<AnswerOf<N> | undefined> {
    const remote = this.#remoteOf();
    const step = message.trail?.begin(message.name, [`@${to.node}:0`], message.time);
    const startedMs = this.clock.monotonicMs();
    const elapsedMs = (): number => this.clock.monotonicMs() - startedMs;
    try {
      const { cancellation } = message;
      const sent = toRemote(message, this.#crossing);
      const came = await remote.ask(to, sent, { timeoutMs, cancellation });
      if (step) note(step, 0, 'waited', undefined, elapsedMs());
      message.trail?.adopt(came.steps);
      message.adopt(came.params as ParamsOf<N>, came.extra ?? message.extra);
      return came.answer as AnswerOf<N> | undefined;
    } catch (fault) {
      const text = fault instanceof Error ? fault.message : String(fault);
      if (step) note(step, 0, 'threw', text, elapsedMs());
      throw fault;
    }
  }

  #tellRemote(message: Message, to: Destination): MaybePromise<readonly unknown[]> {
    const sent = this.#remoteOf().tell(to, toRemote(message, this.#crossing));
    return sent instanceof Promise ? sent.then(() => NO_FAULTS) : NO_FAULTS;
  }

  async #gatherRemote(message: Message, options: SendOptions): Promise<Others> {
    if (!this.#remote) return NOBODY;
    const { timeoutMs = REMOTE_TIMEOUT_MS } = options;
    try {
      return await this.#remote.gather(toRemote(message, this.#crossing), { timeoutMs });
    } catch (fault) {
      return { ...NOBODY, faults: [fault] };
    }
  }

  #isHere(to: string | Destination): boolean {
    return typeof to === 'string'
      ? to === this.node
      : to.node === this.node && to.boot === undefined;
  }

  #remoteOf(): Remote {
    if (!this.#remote) throw new TandemError('BUS_NO_MESH', { node: this.node });
    return this.#remote;
  }
}

/** What the other nodes said in a survey, and what kept them from it. */
type Others = RemoteGathered & { readonly faults?: readonly unknown[] };

const NO_EXTRA: readonly Extra[] = Object.freeze([]);
const NO_FAULTS: readonly unknown[] = Object.freeze([]);
const NOBODY: Others = Object.freeze({ answers: [], unanswered: [] });

/** The lane in which a message has to wait for its turn; none if it is part of a running turn. */
function turnOf(options: SendOptions | undefined): Lane | undefined {
  const lane = options?.lane;
  if (lane === undefined) return undefined;
  const parent = options?.parent;
  return parent !== undefined && parent.lane === lane && parent.handler >= 0 ? undefined : lane;
}

function destinationOf(to: string | Destination): Destination {
  return typeof to === 'string' ? { node: to } : to;
}

function answerOf(dispatch: Dispatch): unknown {
  if (dispatch.kind === 'fault') throw dispatch.faults![0];
  return dispatch.answer;
}

function faultsOf(dispatch: Dispatch): readonly unknown[] {
  return dispatch.faults ?? NO_FAULTS;
}

function gatheredOf(dispatch: Dispatch): {
  readonly answers: readonly unknown[];
  readonly faults: readonly unknown[];
} {
  const answers = (dispatch.answer as readonly HandlerAnswer[]).map(({ answer }) => answer);
  return { answers, faults: faultsOf(dispatch) };
}

function fieldsOf(entry: HandlerEntry): Readonly<Record<string, string>> {
  return { message: entry.message, handler: entry.label, plugin: entry.plugin };
}
