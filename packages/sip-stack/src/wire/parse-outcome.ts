import type { SipRequest } from './sip-request.ts';
import type { SipResponse } from './sip-response.ts';
import type { Via } from './via.ts';

/** A whole SIP message as it came off the wire. */
export type SipMessage = SipRequest | SipResponse;

/** Status of an answer to a request that could not be understood. */
export type ParseRefusalStatus = 400 | 413 | 414 | 505 | 513;

/**
 * What could be read of a refused request, always enough to form the answer to it
 * (RFC 3261 §8.2.6.2). Header values are raw.
 */
export interface AnswerablePart {
  readonly method: string;
  /** Via header values in order, each possibly a comma-joined list. */
  readonly vias: readonly string[];
  /** Topmost Via, or undefined where it is broken: then answer to the packet's source. */
  readonly topVia: Via | undefined;
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly cseq: string;
}

/** Why bytes were thrown away without an answer; a label for counters. */
export type DropReason =
  | 'not-sip'
  | 'malformed-response'
  | 'malformed-ack'
  | 'unanswerable-request';

/** The form of a keep-alive: these carry no message and are never counted as malformed. */
export type KeepAliveForm = 'empty' | 'crlf' | 'nul' | 'stun';

/**
 * What a datagram or frame turned out to be. `refused` wants an answer with `status` and
 * `reason`; `dropped` wants none; `keepAlive` none but a pong where the transport knows one.
 */
export type ParseOutcome =
  | { readonly kind: 'message'; readonly message: SipMessage }
  | {
      readonly kind: 'refused';
      readonly status: ParseRefusalStatus;
      /** Reason phrase that names the fault and never echoes input. */
      readonly reason: string;
      readonly partial: AnswerablePart;
    }
  | { readonly kind: 'dropped'; readonly reason: DropReason; readonly detail: string }
  | { readonly kind: 'keepAlive'; readonly form: KeepAliveForm };
