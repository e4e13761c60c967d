import { type TimerOwner, WheelTimer } from '@tandem/engine';
import type { CallArrival, Route } from '@tandem/messages';
import type { CallContext } from './call-context.ts';
import { LINGER_MS } from './limits.ts';

/** What ran out. */
export interface CallTimersHost {
  /** No branch answered in time; `isImpatient`: the caller's own Expires was shorter than ours. */
  onSetupOver(isImpatient: boolean): void;
  /**
   * The talk time was used up `agoMs` ago, for a timer is a little late and nobody pays for that;
   * `isPaid`: it was the time paid for, not the longest call allowed.
   */
  onTalkOver(isPaid: boolean, agoMs: number): void;
  /** The legs had their time to say their last word. */
  onLingerOver(): void;
}

const SETUP = 0;
const TALK = 1;
const LINGER = 2;

/** The three spans of a call: setting up, talking, and the last words of its legs. */
export class CallTimers implements TimerOwner {
  readonly #context: CallContext;
  readonly #host: CallTimersHost;
  #startedMs: number;
  /** The caller's patience. */
  #expiresMs: number;
  readonly #setup = new WheelTimer(this, SETUP);
  #setupMs: number;
  #talk: WheelTimer | undefined = undefined;
  #linger: WheelTimer | undefined = undefined;
  #answeredMs: number | undefined = undefined;
  /** The longest call allowed, and the talk that is paid for, ms since the answer. */
  readonly #callMsMax: number;
  #paidMs = Infinity;

  constructor(context: CallContext, host: CallTimersHost, arrival: CallArrival) {
    const { setupTimeoutMs, ringTimeoutMs, maxCallSeconds } = context.host.settings;
    this.#context = context;
    this.#host = host;
    this.#startedMs = context.nowMs;
    this.#expiresMs = arrival.expiresMs ?? Infinity;
    this.#setupMs = setupTimeoutMs + ringTimeoutMs;
    this.#callMsMax = maxCallSeconds === 0 ? Infinity : maxCallSeconds * 1_000;
  }

  /** Monotonic instant by which the call must be answered. */
  get deadlineMs(): number {
    return this.#startedMs + Math.min(this.#setupMs, this.#expiresMs);
  }

  /** Starts the time for setting up. */
  startSetup(): void {
    this.#context.host.wheel.start(this.#setup, this.deadlineMs - this.#context.nowMs);
  }

  /** A route may let a branch ring longer than is usual: the call may take that much longer. */
  allow(route: Route): void {
    const { setupTimeoutMs, ringTimeoutMs } = this.#context.host.settings;
    const ringsMs = route.groups.flatMap((group) => group.map(({ params }) => params?.ringMs ?? 0));
    this.#setupMs = setupTimeoutMs + Math.max(ringTimeoutMs, ...ringsMs);
    this.startSetup();
  }

  /** An answered call is connected anew: the time for setting up begins again. */
  restartSetup(): void {
    this.#startedMs = this.#context.nowMs;
    this.#expiresMs = Infinity;
    this.startSetup();
  }

  /** A leg has answered. */
  stopSetup(): void {
    this.#context.host.wheel.stop(this.#setup);
  }

  /** The call was answered: the talk time runs. */
  startTalk(): void {
    this.#answeredMs = this.#context.nowMs;
    this.#startTalk();
  }

  /** The call may talk this long in all, ms since the answer. */
  pay(talkMsMax: number): void {
    this.#paidMs = talkMsMax;
    if (this.#answeredMs !== undefined) this.#startTalk();
  }

  /** The call has ended: only the last words of its legs are waited for. */
  startLinger(): void {
    this.stop();
    this.#linger = new WheelTimer(this, LINGER);
    this.#context.host.wheel.start(this.#linger, LINGER_MS);
  }

  /** Stops all. */
  stop(): void {
    const { wheel } = this.#context.host;
    wheel.stop(this.#setup);
    if (this.#talk) wheel.stop(this.#talk);
    if (this.#linger) wheel.stop(this.#linger);
  }

  onTimer(kind: number): void {
    if (kind === LINGER) this.#host.onLingerOver();
    else if (kind === TALK) this.#talkOver();
    else this.#host.onSetupOver(this.#expiresMs < this.#setupMs);
  }

  #talkOver(): void {
    const agoMs = this.#context.nowMs - this.#answeredMs! - this.#talkMs;
    this.#host.onTalkOver(this.#paidMs <= this.#callMsMax, Math.max(0, agoMs));
  }

  get #talkMs(): number {
    return Math.min(this.#paidMs, this.#callMsMax);
  }

  #startTalk(): void {
    const talkMs = this.#talkMs;
    const { wheel } = this.#context.host;
    if (talkMs === Infinity) {
      if (this.#talk) wheel.stop(this.#talk);
      return;
    }
    this.#talk ??= new WheelTimer(this, TALK);
    const leftMs = this.#answeredMs! + talkMs - this.#context.nowMs;
    wheel.start(this.#talk, Math.max(0, leftMs));
  }
}
