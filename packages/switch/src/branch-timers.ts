import { type TimerOwner, WheelTimer } from '@tandem/engine';
import { type ExecuteParams, type Refusal, refuse } from '@tandem/messages';
import type { SwitchHost } from './switch-host.ts';

const NO_REPLY = 0;
const POST_DIAL_DELAY = 1;
const RING = 2;

/**
 * The three spans of a branch that rings, whatever carries it: the switch owns them, for a leg
 * to a sister node needs them as much as one to a phone.
 *
 *   INVITE ──noReplyMs──> heard ──> rings ──ringMs──> answered
 *     └────────postDialDelayMs───────┘
 *     └─────────────── ringMs, begun again at the first ringing
 *
 * A trunk whose route says nothing has the defaults of the section; a phone has no limit but
 * its ringing time. At the end of one the leg gets `hangup`: its driver knows whether that is
 * a CANCEL, or an INVITE to be abandoned because nothing was heard yet (RFC 3261 §9.1).
 */
export class BranchTimers implements TimerOwner {
  readonly #host: SwitchHost;
  readonly #params: ExecuteParams;
  readonly #onExpired: (refusal: Refusal) => void;
  #noReply: WheelTimer | undefined = undefined;
  #postDialDelay: WheelTimer | undefined = undefined;
  #ring: WheelTimer | undefined = undefined;
  #hasRung = false;

  constructor(host: SwitchHost, params: ExecuteParams, onExpired: (refusal: Refusal) => void) {
    this.#host = host;
    this.#params = params;
    this.#onExpired = onExpired;
  }

  /** The branch is on its way. */
  start(): void {
    const { trunk, postDialDelayMs } = this.#params;
    const { settings } = this.#host;
    const isTrunk = trunk !== undefined;
    this.#noReply = this.#begin(NO_REPLY, this.#noReplyMs);
    const delayMs = postDialDelayMs ?? (isTrunk ? settings.postDialDelayMs : 0);
    this.#postDialDelay = this.#begin(POST_DIAL_DELAY, delayMs);
    this.#ring = this.#begin(RING, this.#ringMs);
  }

  /** The peer has said something. */
  heard(): void {
    if (this.#noReply) this.#host.wheel.stop(this.#noReply);
  }

  /** It was asked anew, within the same attempt: it may be silent for as long once more. */
  askedAnew(): void {
    if (this.#noReply && !this.#hasRung) this.#host.wheel.start(this.#noReply, this.#noReplyMs);
  }

  /** It rings, or gives early media: any 18x. */
  ringing(): void {
    if (this.#hasRung) return;
    this.#hasRung = true;
    if (this.#postDialDelay) this.#host.wheel.stop(this.#postDialDelay);
    if (this.#ring) this.#host.wheel.start(this.#ring, this.#ringMs);
  }

  /** It has answered, or is lost. */
  stop(): void {
    const { wheel } = this.#host;
    if (this.#noReply) wheel.stop(this.#noReply);
    if (this.#postDialDelay) wheel.stop(this.#postDialDelay);
    if (this.#ring) wheel.stop(this.#ring);
  }

  onTimer(kind: number): void {
    if (kind === NO_REPLY) this.#onExpired(refuse('timeout', 'no reply'));
    else if (kind === POST_DIAL_DELAY) this.#onExpired(refuse('postdialdelay'));
    else this.#onExpired(refuse('noanswer', 'ringing time over'));
  }

  get #noReplyMs(): number {
    const { trunk, noReplyMs } = this.#params;
    return noReplyMs ?? (trunk === undefined ? 0 : this.#host.settings.noReplyMs);
  }

  get #ringMs(): number {
    return this.#params.ringMs ?? this.#host.settings.ringTimeoutMs;
  }

  #begin(kind: number, delayMs: number): WheelTimer | undefined {
    if (delayMs <= 0) return undefined;
    const timer = new WheelTimer(this, kind);
    this.#host.wheel.start(timer, delayMs);
    return timer;
  }
}
