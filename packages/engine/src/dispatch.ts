import type { Clock } from './clock.ts';
import { TandemError } from './fault.ts';
import type { Message } from './message.ts';
import type { HandlerEntry, Pipeline } from './pipeline.ts';
import { type TimerOwner, type TimerWheel, WheelTimer } from './timer-wheel.ts';
import { note } from './trail.ts';
import type { Outcome } from './watcher.ts';

/** What a dispatch needs of its bus. */
export interface DispatchHost {
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  /** Hears of every fault of a handler, with whether its handler is now in quarantine. */
  onHandlerFault(entry: HandlerEntry, fault: unknown, isQuarantined: boolean): void;
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

/** A dispatch of all its handlers longer than this is timed again the next time. */
const SLOW_MS = 5;
const NO_FAULTS: readonly unknown[] = Object.freeze([]);

/**
 * One walk of one message over its handlers. Runs synchronously for as long as handlers answer
 * synchronously; the first promise makes it a promise, guarded by one timer for the whole walk.
 */
export class Dispatch implements TimerOwner {
  readonly #host: DispatchHost;
  readonly #mode: DispatchMode;
  readonly #pipeline: Pipeline;
  readonly #isTimed: boolean;
  #view: Message;
  #index: number;
  #timer: WheelTimer | undefined;
  /** Counts promises waited for, so that a late one is known as late. */
  #waiting = 0;
  #waitStartedMs = 0;
  #answers: HandlerAnswer[] | undefined;
  #faults: unknown[] | undefined;
  #outcome: Outcome | undefined;
  #resolve: ((outcome: Outcome) => void) | undefined;

  constructor(
    host: DispatchHost,
    mode: DispatchMode,
    message: Message,
    pipeline: Pipeline,
    isTimed: boolean,
    firstIndex: number,
  ) {
    this.#host = host;
    this.#mode = mode;
    this.#view = message;
    this.#pipeline = pipeline;
    this.#isTimed = isTimed;
    this.#index = firstIndex;
  }

  /** Walks; the outcome comes at once if no handler returned a promise. Never throws. */
  run(): Outcome | Promise<Outcome> {
    const startedMs = this.#isTimed ? this.#host.clock.monotonicMs() : 0;
    const isDone = this.#advance();
    if (this.#isTimed) {
      const tookMs = this.#host.clock.monotonicMs() - startedMs;
      if (tookMs > SLOW_MS) this.#host.onSlow(this.#view, tookMs);
    }
    if (isDone) return this.#outcome!;
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** The deadline of the handler that is waited for. */
  onTimer(): void {
    const entry = this.#pipeline.entries[this.#index]!;
    this.#waiting++;
    this.#view = this.#view.supersede();
    const fault = new TandemError('BUS_HANDLER_LATE', {
      message: entry.message,
      handler: entry.label,
      deadlineMs: entry.deadlineMs,
    });
    if (this.#failed(entry, fault, 'late')) this.#finish();
    else this.#goOn();
  }

  /** Asks handler after handler; true when the outcome stands, false when a promise is waited for. */
  #advance(): boolean {
    const { entries } = this.#pipeline;
    for (; this.#index < entries.length; this.#index++) {
      const entry = entries[this.#index]!;
      const view = this.#view;
      if (entry.filter !== undefined && !entry.filter(view.params)) continue;
      if (this.#mode === 'ask' && view.isCancelled) break;
      if (entry.quarantine.isActive) {
        if (this.#quarantined(entry)) return true;
        continue;
      }
      view.state.handler = this.#index;
      const startedMs = this.#isTimed ? this.#host.clock.monotonicMs() : 0;
      let answer: unknown;
      try {
        answer = entry.handler(view as Message<never>);
      } catch (fault) {
        if (this.#failed(entry, fault, 'threw')) return true;
        continue;
      }
      if (isPromise(answer)) {
        this.#wait(entry, answer);
        return false;
      }
      if (this.#isTimed) this.#note('ran', this.#host.clock.monotonicMs() - startedMs);
      entry.quarantine.success();
      if (answer !== undefined && this.#answered(entry, answer)) return true;
    }
    this.#end();
    return true;
  }

  #wait(entry: HandlerEntry, promise: PromiseLike<unknown>): void {
    const ticket = ++this.#waiting;
    this.#waitStartedMs = this.#host.clock.monotonicMs();
    this.#timer ??= new WheelTimer(this);
    this.#host.wheel.start(this.#timer, entry.deadlineMs);
    promise.then(
      (answer) => {
        if (ticket !== this.#waiting) return;
        this.#arrived();
        entry.quarantine.success();
        if (answer !== undefined && this.#answered(entry, answer)) this.#finish();
        else this.#goOn();
      },
      (fault: unknown) => {
        if (ticket !== this.#waiting) return;
        this.#arrived();
        if (this.#failed(entry, fault, 'threw')) this.#finish();
        else this.#goOn();
      },
    );
  }

  #arrived(): void {
    this.#waiting++;
    this.#host.wheel.stop(this.#timer!);
    this.#note('waited', this.#host.clock.monotonicMs() - this.#waitStartedMs);
  }

  #goOn(): void {
    this.#index++;
    if (this.#advance()) this.#finish();
  }

  #finish(): void {
    this.#resolve?.(this.#outcome!);
  }

  /** True if the answer ends the walk. */
  #answered(entry: HandlerEntry, answer: unknown): boolean {
    if (this.#mode === 'tell') return false;
    this.#note('answered');
    if (this.#mode === 'gather') {
      (this.#answers ??= []).push({ handler: entry, answer });
      return false;
    }
    this.#outcome = { kind: 'answered', answer, handler: entry };
    return true;
  }

  /** True if the fault ends the walk. */
  #failed(entry: HandlerEntry, cause: unknown, kind: 'threw' | 'late'): boolean {
    const isQuarantined = entry.quarantine.fault();
    this.#note(kind, undefined, cause instanceof Error ? cause.message : String(cause));
    this.#host.onHandlerFault(entry, cause, isQuarantined);
    if (this.#mode === 'ask' && entry.onFault === 'pass') return false;
    const fault =
      kind === 'late'
        ? cause
        : new TandemError(
            'BUS_HANDLER_FAULT',
            { message: entry.message, handler: entry.label, plugin: entry.plugin },
            { cause },
          );
    return this.#ruled(entry, fault);
  }

  #quarantined(entry: HandlerEntry): boolean {
    this.#view.state.handler = this.#index;
    this.#note('quarantined');
    if (this.#mode === 'ask' && entry.onFault === 'pass') return false;
    return this.#ruled(
      entry,
      new TandemError('BUS_HANDLER_QUARANTINED', { message: entry.message, handler: entry.label }),
    );
  }

  /** A fault ends a question; in a notice or a survey it is kept and told. */
  #ruled(entry: HandlerEntry, fault: unknown): boolean {
    if (this.#mode === 'ask') {
      this.#outcome = { kind: 'fault', handler: entry, faults: [fault] };
      return true;
    }
    (this.#faults ??= []).push(fault);
    return false;
  }

  #end(): void {
    const faults = this.#faults ?? NO_FAULTS;
    if (this.#mode === 'ask') this.#outcome = UNANSWERED;
    else if (this.#mode === 'tell') {
      this.#outcome = faults === NO_FAULTS ? TOLD : { kind: 'told', faults };
    } else this.#outcome = { kind: 'gathered', answer: this.#answers ?? [], faults };
  }

  #note(
    kind: 'ran' | 'waited' | 'answered' | 'threw' | 'late' | 'quarantined',
    durationMs?: number,
    text?: string,
  ): void {
    const { step } = this.#view.state;
    if (step === undefined) return;
    note(step, {
      handler: this.#index,
      kind,
      ...(durationMs === undefined ? undefined : { durationMs }),
      ...(text === undefined ? undefined : { text }),
    });
  }
}

const UNANSWERED: Outcome = Object.freeze({ kind: 'unanswered' });
const TOLD: Outcome = Object.freeze({ kind: 'told', faults: NO_FAULTS });

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
