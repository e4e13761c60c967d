import { type TimerOwner, WheelTimer } from '@tandem/engine';

import type { StackCore } from '../stack/stack-core.ts';
import { transactionTimeoutMs } from '../transaction/timer-values.ts';
import type { Flow } from '../transport/flow.ts';

const TIMER_REPEAT = 0;
const TIMER_LIFE = 1;

/** Hears that nobody acknowledged. */
export interface AnswerRepeatUser {
  onAcknowledgeMissing(): void;
}

/**
 * An answer that is repeated until it is acknowledged, on every transport: a 2xx to INVITE at T1,
 * doubled to T2 (RFC 3261 §13.3.1.4); a reliable 1xx at T1, doubled without end (RFC 3262 §3).
 * After 64·T1 it gives up.
 */
export class AnswerRepeat implements TimerOwner {
  readonly #core: StackCore;
  readonly #flow: Flow;
  readonly #text: string;
  readonly #intervalMaxMs: number;
  readonly #user: AnswerRepeatUser;
  readonly #repeat = new WheelTimer(this, TIMER_REPEAT);
  readonly #life = new WheelTimer(this, TIMER_LIFE);
  #intervalMs: number;
  #isRunning = true;

  constructor(
    core: StackCore,
    flow: Flow,
    text: string,
    intervalMaxMs: number,
    user: AnswerRepeatUser,
  ) {
    this.#core = core;
    this.#flow = flow;
    this.#text = text;
    this.#intervalMaxMs = intervalMaxMs;
    this.#user = user;
    this.#intervalMs = core.timers.t1Ms;
    core.dialogs.unacknowledged++;
    core.wheel.start(this.#repeat, this.#intervalMs);
    core.wheel.start(this.#life, transactionTimeoutMs(core.timers));
  }

  /** It was acknowledged, or is of no interest any more. */
  stop(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#core.dialogs.unacknowledged--;
    this.#core.wheel.stop(this.#repeat);
    this.#core.wheel.stop(this.#life);
  }

  /** @internal */
  onTimer(kind: number): void {
    if (kind === TIMER_LIFE) {
      this.stop();
      this.#user.onAcknowledgeMissing();
      return;
    }
    this.#core.counters.repeatsSent++;
    this.#flow.send(this.#text);
    this.#intervalMs = Math.min(2 * this.#intervalMs, this.#intervalMaxMs);
    this.#core.wheel.start(this.#repeat, this.#intervalMs);
  }
}
