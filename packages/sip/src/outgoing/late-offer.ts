import type { StopTimer, TimerWheel } from '@tandem/engine';
import type { Body } from '@tandem/messages';
import type { OutgoingInvite } from '@tandem/sip-stack';
import { bodyHeaders, toSipBody } from '../headers/body-parts.ts';

/** How long the peer is kept waiting for the answer to its offer. */
const ANSWER_MS = 20_000;

/** A 2xx that brought the offer (RFC 3261 §13.2.1): its ACK waits for the caller's answer. */
export class LateOffer {
  readonly #invite: OutgoingInvite;
  readonly #stop: StopTimer;
  #isOwed = true;

  /** `onMissing`: no answer came in 20 s; the ACK is still owed. */
  constructor(invite: OutgoingInvite, wheel: TimerWheel, onMissing: () => void) {
    this.#invite = invite;
    this.#stop = wheel.after(ANSWER_MS, onMissing);
  }

  /** Sends the ACK, with the answer or bare; false if it was sent before. */
  acknowledge(answer: Body | undefined): boolean {
    if (!this.#isOwed) return false;
    this.#isOwed = false;
    this.#stop();
    this.#invite.ack({ headers: bodyHeaders(answer), ...toSipBody(answer) });
    return true;
  }

  /** The leg is over: nobody waits any more. */
  end(): void {
    this.#isOwed = false;
    this.#stop();
  }
}
