import type { SipRequest } from '../wire/sip-request.ts';
import type { Flow } from '../transport/flow.ts';
import type { HeaderLine } from './message-parts.ts';

/** Verdict on a request: let it in, say nothing, or answer without keeping any state. */
export type Admission = 'pass' | 'drop' | Refusal;

/** A stateless answer. */
export interface Refusal {
  readonly status: number;
  readonly reason?: string;
  readonly headers?: readonly HeaderLine[];
}

/**
 * Asked for every request that is neither a repeat nor an ACK, nor of a dialog or INVITE we hold:
 * overload, unknown sources. Synchronous and cheap; a throw counts as `drop`.
 */
export type Admit = (request: SipRequest, flow: Flow) => Admission;

/**
 * Asked for a new INVITE or REGISTER that was admitted, before it gets a transaction: an answer of
 * which nothing is kept, such as 401 (RFC 3261 §8.2.7), or undefined to go on. A throw counts as
 * undefined.
 */
export type Challenge = (request: SipRequest, flow: Flow) => Refusal | undefined;

/**
 * Asked for every datagram and message before a byte of it is read: false drops it. For bans and
 * rates by address; it sees requests of running calls too. A throw counts as false.
 */
export type Screen = (flow: Flow, byteLength: number) => boolean;
