import type { Clock } from './clock.ts';
import { DispatchReport, type LogFieldsOf } from './dispatch-report.ts';
import {
  answerOf,
  type Conclude,
  Dispatch,
  type DispatchMode,
  faultsOf,
  gatheredOf,
} from './dispatch.ts';
import { FactCrossing } from './fact-crossing.ts';
import { TandemError } from './fault.ts';
import { HandlerTable } from './handler-table.ts';
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
import { firstBehind, type HandlerEntry } from './pipeline.ts';
import { type GatheredThere, RemotePort, type RemotePortHost } from './remote-port.ts';
import type { Remote, RemoteReceiver } from './remote.ts';
import { Sampling } from './sampling.ts';
import { DEPTH_MAX, type Gathered, type SendOptions } from './send-options.ts';
import type { TimerWheel } from './timer-wheel.ts';
import { Watchers } from './watchers.ts';
import type { Watcher } from './watcher.ts';

/**
 * The bus: who asks does not know who answers.
 *
 *   ask ──> [50 cluster.prefix] ──> [100 registrar] ──> …   first answer ends it
 *   tell ─> [25 stamp] ──> [50 ledger] ──> [100 cdrfile]     everyone hears it
 *   gather  every answer, here or on all nodes
 */
export class Bus {
  readonly #handlers = new HandlerTable();
  readonly #sampling = new Sampling();
  readonly #crossing = new FactCrossing();
  readonly #watchers: Watchers;
  readonly #report: DispatchReport;
  readonly #port: RemotePort;

  constructor(
    /** The name of this node. */
    readonly node: string,
    readonly clock: Clock,
    readonly wheel: TimerWheel,
    log: Log,
    logFieldsOf?: LogFieldsOf,
  ) {
    this.#watchers = new Watchers(log);
    this.#report = new DispatchReport(clock, wheel, log, this.#sampling, logFieldsOf);
    const dispatch: RemotePortHost['dispatch'] = (mode, message, conclude) =>
      this.#dispatch(mode, message, undefined, conclude);
    this.#port = new RemotePort({ node, clock, dispatch }, this.#crossing);
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
    if (options === undefined && !this.#handlers.has(name) && this.#watchers.isEmpty) {
      return NO_FAULTS;
    }
    return this.tellMessage(this.message(name, params, options), options);
  }

  /** Tells with a message that the sender keeps. */
  tellMessage<N extends TellName>(
    message: Message<N>,
    options?: SendOptions,
  ): MaybePromise<readonly unknown[]> {
    if (options?.to !== undefined && !this.#port.isHere(options.to)) {
      return this.#port.tell(message, options.to);
    }
    const lane = turnOf(options);
    return lane === undefined
      ? this.#dispatch('tell', message, options, faultsOf)
      : lane.run(() => this.#dispatch('tell', message, options, faultsOf));
  }

  /**
   * Collects every answer of this node, or with `to: '*'` of all nodes, naming the silent ones.
   * What failed is in `faults`; rejects only with BUS_TOO_DEEP.
   */
  async gather<N extends GatherName>(
    name: N,
    params: ParamsOf<N>,
    options?: SendOptions,
  ): Promise<Gathered<AnswerOf<N>>> {
    const message = this.message(name, params, options);
    const [own, others] = await Promise.all([
      this.#dispatch('gather', message, options, gatheredOf),
      options?.to === '*' ? this.#port.gather(message, options.timeoutMs) : NOBODY_ELSE,
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
    return this.#handlers.of(name).entries;
  }

  /** Names of messages that somebody handles. */
  get handledNames(): readonly string[] {
    return this.#handlers.names;
  }

  /** Changes that came after their handler's deadline and were dropped, since the start. */
  get lateChanges(): number {
    return this.#report.lateChanges;
  }

  /** Every handler of every dispatch is timed: what `trace` sets. */
  get isTracing(): boolean {
    return this.#sampling.isTracing;
  }

  set isTracing(isTracing: boolean) {
    this.#sampling.isTracing = isTracing;
  }

  /** What the mesh calls with what other nodes send. */
  get receiver(): RemoteReceiver {
    return this.#port.receiver;
  }

  /** Connects the bus to the other nodes, or with undefined cuts it off. */
  connect(remote: Remote | undefined): void {
    this.#port.connect(remote);
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
    this.#handlers.replace(removed, added);
  }

  /** @internal Watches finished messages of a name, or of all with '*'. Returns the stop. */
  watch(name: string, watcher: Watcher): () => void {
    return this.#watchers.add(name, watcher);
  }

  #ask<N extends AskName>(
    message: Message<N>,
    options: SendOptions | undefined,
  ): MaybePromise<AnswerOf<N> | undefined> {
    if (options?.to !== undefined && !this.#port.isHere(options.to)) {
      return this.#port.ask(message, options.to, options.timeoutMs) as Promise<AnswerOf<N>>;
    }
    return this.#dispatch('ask', message, options, answerOf) as MaybePromise<AnswerOf<N>>;
  }

  /** Walks one message over its handlers, and shows the outcome to watchers, if there are any. */
  #dispatch<R>(
    mode: DispatchMode,
    message: Message,
    options: SendOptions | undefined,
    conclude: Conclude<R>,
  ): MaybePromise<R> {
    const { name, trail } = message;
    const pipeline = this.#handlers.of(name);
    const { labels } = pipeline;
    const isWatched = this.#watchers.has(name);
    message.step = trail?.begin(name, labels, message.time);
    if (isWatched) {
      message.step ??= {
        message: name,
        labels,
        at: message.time,
        node: undefined,
        notes: undefined,
      };
    }
    const first = options?.after === undefined ? 0 : firstBehind(pipeline, options.after);
    const isTimed = this.#sampling.isNextTimed(name);
    return new Dispatch(
      this.#report,
      mode,
      message,
      pipeline,
      isTimed,
      first,
      isWatched ? this.#watchers : undefined,
    ).run(conclude);
  }
}

const NO_EXTRA: readonly Extra[] = Object.freeze([]);
const NO_FAULTS: readonly unknown[] = Object.freeze([]);
const NOBODY_ELSE: GatheredThere = Object.freeze({ answers: [], unanswered: [] });

/** The lane in which a message has to wait for its turn; none if it is part of a running turn. */
function turnOf(options: SendOptions | undefined): Lane | undefined {
  const lane = options?.lane;
  if (lane === undefined) return undefined;
  const parent = options?.parent;
  return parent !== undefined && parent.lane === lane && parent.handler >= 0 ? undefined : lane;
}
