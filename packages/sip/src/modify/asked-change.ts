import type { Body, ModifiedEvent } from '@tandem/messages';
import type { HeaderLine, IncomingInvite, IncomingRequest, SipRequest } from '@tandem/sip-stack';
import { bodyHeaders, readBody, toSipBody } from '../headers/body-parts.ts';

/** What an asked change tells its machine. */
export interface AskedChangeUser {
  /** The peer called its re-INVITE off; 487 has been sent. */
  onCalledOff(change: AskedChange): void;
  /** The ACK to our 2xx came; it carries the answer to an offer of ours. */
  onAcked(change: AskedChange, answer: Body | undefined): void;
  /** 64·T1 passed without that ACK (RFC 3261 §13.3.1.4, §14.2). */
  onAckMissing(): void;
}

/**
 * A change that the peer asks for, from its request to our answer and its ACK: a re-INVITE, or
 * an UPDATE, which needs no ACK. Only the first answer counts.
 */
export class AskedChange {
  readonly method: 'INVITE' | 'UPDATE';
  /** The peer's offer; undefined: the offer shall be ours. */
  readonly offer: Body | undefined;
  readonly #request: IncomingInvite | IncomingRequest;
  #isAnswered = false;

  constructor(
    readonly id: string,
    request: IncomingInvite | IncomingRequest,
    readonly user: AskedChangeUser,
  ) {
    this.#request = request;
    this.method = request.method === 'INVITE' ? 'INVITE' : 'UPDATE';
    this.offer = readBody(request.request);
    if ('openDialog' in request) {
      request.user = {
        onCancel: () => {
          this.refuse(487);
          user.onCalledOff(this);
        },
        onAck: (ack: SipRequest) => user.onAcked(this, readBody(ack)),
        onAckMissing: () => user.onAckMissing(),
      };
    }
  }

  /** What the peer sent. */
  get message(): SipRequest {
    return this.#request.request;
  }

  /** Whether our final answer is out. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** Accepts it; `body` is the answer, or the offer where the peer brought none. */
  accept(body: Body | undefined, headers: readonly HeaderLine[]): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    const lines = [...headers, ...bodyHeaders(body)];
    this.#request.respond(200, { headers: lines, ...toSipBody(body) });
  }

  /** Refuses it with what the other side said. */
  refuse(status: number, event?: ModifiedEvent): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    const headers: HeaderLine[] = [];
    if (event?.warning !== undefined) headers.push(['Warning', event.warning]);
    if (event?.retryAfterSeconds !== undefined) {
      headers.push(['Retry-After', String(event.retryAfterSeconds)]);
    }
    // RFC 4320 §4.2: no 408 to an UPDATE.
    const isLateUpdate = status === 408 && this.method === 'UPDATE';
    this.#request.respond(isLateUpdate ? 504 : status, { headers });
  }
}
