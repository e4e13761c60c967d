import type { Clock } from './clock.ts';
import { TandemError } from './fault.ts';
import type { MaybePromise } from './message-map.ts';
import type { Message } from './message.ts';
import type { HandlerEntry, Pipeline } from './pipeline.ts';
import { type TimerOwner, type TimerWheel, WheelTimer } from './timer-wheel.ts';
import { note, type TrailStep } from './trail.ts';
import type { Outcome } from './watcher.ts';
import type { Watchers } from './watchers.ts';

/** What a dispatch needs of its bus. */
export interface DispatchHost {
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  /** Hears of every fault of a handler, with whether its handler is now in quarantine. */
  onHandlerFault(
    entry: HandlerEntry,
    message: Message,
    fault: unknown,
    isQuarantined: boolean,
  ): void;
  /** Hears that a handler in quarantine has done its work again. */
  onHandlerRecovered(entry: HandlerEntry): void;
  /** Hears of each change that a handler makes after its deadline; it has been dropped. */
  onLateChange(entry: HandlerEntry): void;
  /** Hears of a timed dispatch that took long, so that the next one is timed too. */
  onSlow(message: Message, durationMs: number): void;
}

/** What the three kinds do with an answer. */
export type DispatchMode = 'ask' | 'tell' | 'gather';

/** One answer of a survey. */
export interface HandlerAnswer {
  readonly handler: HandlerEntry;
  readonly answer: unknown;
}

/** Makes of an ended dispatch what its sender gets. */
export type Conclude<R> = (dispatch: Dispatch) => R;

/** What a survey brought on this node. */
export interface GatheredHere {
  readonly answers: readonly unknown[];
  readonly faults: readonly unknown[];
}

/** A dispatch of all its handlers longer than this is timed again the next time. */
const SLOW_MS = 5;

/**
 * One walk of one message over its handlers. Runs synchronously for as long as handlers answer
 * synchronously; the first promise makes it a promise, guarded by one timer for the whole walk.
 * It is its own outcome: a dispatch without promises allocates nothing else.
 *
 *   advance ── handler ── answer ──> ended
 *      ^          └─ promise ─> wait ─┬─ arrived ─┐
 *      └──────────────────────────────┴─ late ────┘
 */
export class Dispatch implements TimerOwner, Outcome {
  kind: Outcome['kind'] = 'unanswered';
  answer: unknown = undefined;
  handler: HandlerEntry | undefined = undefined;
  faults: unknown[] | undefined = undefined;
  durationMs: number | undefined = undefined;

  readonly #host: DispatchHost;
  readonly #mode: DispatchMode;
  readonly #pipeline: Pipeline;
  readonly #isTimed: boolean;
  /** What the sender holds, which watchers see. */
  readonly #message: Message;
  /** Who sees the outcome, if anybody watches this message. */
  readonly #watchers: Watchers | undefined;
  /** When it began, if somebody watches. */
  readonly #startedMs: number;
  /** What the next handler gets; another one after a deadline. */
  #view: Message;
  #index: number;
  #timer: WheelTimer | undefined = undefined;
  /** Counts promises waited for, so that a late one is known as late. */
  #ticket = 0;
  /** When the handler that is timed, or waited for, began. */
  #lapMs = 0;
  #settle: (() => void) | undefined = undefined;

  constructor(
    host: DispatchHost,
    mode: DispatchMode,
    message: Message,
    pipeline: Pipeline,
    isTimed: boolean,
    firstIndex: number,
    watchers: Watchers | undefined,
  ) {
    this.#host = host;
    this.#mode = mode;
    this.#message = message;
    this.#view = message;
    this.#watchers = watchers;
    this.#startedMs = watchers === undefined ? 0 : host.clock.monotonicMs();
    this.#pipeline = pipeline;
    this.#isTimed = isTimed;
    this.#index = firstIndex;
  }

  /** What the trail tells of this dispatch. */
  get step(): TrailStep | undefined {
    return this.#message.step;
  }

  /**
   * Walks, and gives what `conclude` makes of the outcome: at once if no handler returned a
   * promise. Throws, or rejects, only what `conclude` throws.
   */
  run<R>(conclude: Conclude<R>): MaybePromise<R> {
    const isEnded = this.#isTimed ? this.#advanceTimed() : this.#advance();
    if (isEnded) return this.#conclude(conclude);
    return new Promise((resolve, reject) => {
      this.#settle = () => {
        try {
          resolve(this.#conclude(conclude));
        } catch (fault) {
          reject(fault);
        }
      };
    });
  }

  #conclude<R>(conclude: Conclude<R>): R {
    if (this.#watchers !== undefined) {
      this.durationMs = this.#host.clock.monotonicMs() - this.#startedMs;
      this.#watchers.inform(this.#message, this);
    }
    return conclude(this);
  }

  /** The deadline of the handler that is waited for. */
  onTimer(): void {
    const entry = this.#pipeline.entries[this.#index]!;
    this.#ticket++;
    this.#view = this.#view.supersede(() => this.#host.onLateChange(entry));
    const { message, label: handler, deadlineMs } = entry;
    const fault = new TandemError('BUS_HANDLER_LATE', { message, handler, deadlineMs });
    this.#goOn(this.#failed(entry, fault, 'late'));
  }

  /** Asks handler after handler; true when the outcome stands, false when a promise is waited for. */
  #advance(): boolean {
    const { entries } = this.#pipeline;
    const view = this.#view;
    for (; this.#index < entries.length; this.#index++) {
      const entry = entries[this.#index]!;
      if (entry.filter !== undefined && !entry.filter.matches(view)) continue;
      if (this.#mode === 'ask' && view.isCancelled) break;
      if (entry.quarantine.isActive) {
        if (this.#quarantined(entry)) return this.#end();
        continue;
      }
      view.handler = this.#index;
      let answer: unknown;
      let isLater: boolean;
      try {
        answer = entry.handler(view as Message<never>);
        isLater = answer !== undefined && isPromise(answer);
      } catch (fault) {
        if (this.#failed(entry, fault, 'threw')) return this.#end();
        continue;
      }
      if (isLater) {
        this.#wait(entry, answer as PromiseLike<unknown>);
        return false;
      }
      if (this.#isTimed) this.#ran();
      if (this.#succeeded(entry, answer)) return this.#end();
    }
    this.#exhausted();
    return this.#end();
  }

  /** Times what runs before the first wait; waits are timed each by itself. */
  #advanceTimed(): boolean {
    const startedMs = this.#host.clock.monotonicMs();
    this.#lapMs = startedMs;
    const isEnded = this.#advance();
    const durationMs = this.#host.clock.monotonicMs() - startedMs;
    if (durationMs > SLOW_MS) this.#host.onSlow(this.#view, durationMs);
    return isEnded;
  }

  /** One clock reading for each handler: the end of one is the beginning of the next. */
  #ran(): void {
    const nowMs = this.#host.clock.monotonicMs();
    this.#note('ran', nowMs - this.#lapMs);
    this.#lapMs = nowMs;
  }

  #wait(entry: HandlerEntry, promise: PromiseLike<unknown>): void {
    const ticket = ++this.#ticket;
    const nowMs = this.#host.clock.monotonicMs();
    this.#lapMs = nowMs;
    this.#timer ??= new WheelTimer(this);
    this.#host.wheel.start(this.#timer, entry.deadlineMs, nowMs);
    // What only looks like a promise may call back at once, twice, or throw; a real one cannot.
    const real = promise instanceof Promise ? promise : Promise.resolve(promise);
    real.then(
      (answer) => {
        if (ticket !== this.#ticket) return;
        this.#arrived();
        this.#goOn(this.#succeeded(entry, answer));
      },
      (fault: unknown) => {
        if (ticket !== this.#ticket) return;
        this.#arrived();
        this.#goOn(this.#failed(entry, fault, 'threw'));
      },
    );
  }

  #arrived(): void {
    this.#ticket++;
    this.#host.wheel.stop(this.#timer!);
    const nowMs = this.#host.clock.monotonicMs();
    this.#note('waited', nowMs - this.#lapMs);
    this.#lapMs = nowMs;
  }

  #goOn(isDecided: boolean): void {
    if (isDecided) this.#end();
    else {
      this.#index++;
      if (!this.#advance()) return;
    }
    this.#settle!();
  }

  /** True if the answer decides the outcome. */
  #succeeded(entry: HandlerEntry, answer: unknown): boolean {
    if (entry.quarantine.success()) this.#host.onHandlerRecovered(entry);
    if (answer === undefined || this.#mode === 'tell') return false;
    this.#note('answered');
    if (this.#mode === 'gather') {
      const answers = (this.answer ??= []) as HandlerAnswer[];
      answers.push({ handler: entry, answer });
      return false;
    }
    this.kind = 'answered';
    this.answer = answer;
    this.handler = entry;
    return true;
  }

  /** True if the fault decides the outcome. */
  #failed(entry: HandlerEntry, cause: unknown, kind: 'threw' | 'late'): boolean {
    const isQuarantined = entry.quarantine.fault();
    this.#note(kind, undefined, cause instanceof Error ? cause.message : String(cause));
    this.#host.onHandlerFault(entry, this.#view, cause, isQuarantined);
    if (kind === 'late') return this.#ruled(entry, cause);
    const { message, label: handler, plugin } = entry;
    const details = { message, handler, plugin };
    return this.#ruled(entry, new TandemError('BUS_HANDLER_FAULT', details, { cause }));
  }

  #quarantined(entry: HandlerEntry): boolean {
    const { message, label: handler } = entry;
    this.#note('quarantined');
    return this.#ruled(entry, new TandemError('BUS_HANDLER_QUARANTINED', { message, handler }));
  }

  /** A fault ends a question, unless its plugin may be passed; else it is kept and told. */
  #ruled(entry: HandlerEntry, fault: unknown): boolean {
    if (this.#mode !== 'ask') {
      (this.faults ??= []).push(fault);
      return false;
    }
    if (entry.onFault === 'pass') return false;
    this.kind = 'fault';
    this.handler = entry;
    this.faults = [fault];
    return true;
  }

  #exhausted(): void {
    if (this.#mode === 'tell') this.kind = 'told';
    else if (this.#mode === 'gather') {
      this.kind = 'gathered';
      this.answer ??= [];
    }
  }

  #end(): true {
    this.#view.release();
    return true;
  }

  #note(
    kind: 'ran' | 'waited' | 'answered' | 'threw' | 'late' | 'quarantined',
    durationMs?: number,
    text?: string,
  ): void {
    const { step } = this.#view;
    if (step !== undefined) note(step, this.#index, kind, text, durationMs);
  }
}

const NO_FAULTS: readonly unknown[] = Object.freeze([]);

/** Concludes a question. @throws the fault of the handler that failed it */
export function answerOf(dispatch: Dispatch): unknown {
  if (dispatch.kind === 'fault') throw dispatch.faults![0];
  return dispatch.answer;
}

/** Concludes a notice: the faults of those that failed. */
export function faultsOf(dispatch: Dispatch): readonly unknown[] {
  return dispatch.faults ?? NO_FAULTS;
}

/** Concludes a survey: the answers in priority order, and the faults. */
export function gatheredOf(dispatch: Dispatch): GatheredHere {
  const answers = (dispatch.answer as readonly HandlerAnswer[]).map(({ answer }) => answer);
  return { answers, faults: faultsOf(dispatch) };
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
