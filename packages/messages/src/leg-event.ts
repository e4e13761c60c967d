import type { Body } from './body.ts';

/** Headers that cross from one leg to the other: names as received, in order, values untouched. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** Who ended a call. */
export type HangupBy = 'caller' | 'callee' | 'engine' | 'operator';

/** The real peer was heard for the first time: ends the no-reply timer. Nothing goes to the caller. */
export interface TryingEvent {
  readonly type: 'trying';
  /** It wanted a password or a longer session, and is asked anew: the no-reply timer begins again. */
  readonly isAskedAnew?: true;
}

/** A provisional answer 101–199. */
export interface ProgressEvent {
  readonly type: 'progress';
  /** The To-tag of the early dialog it came from; null if it had none. */
  readonly dialog: string | null;
  readonly status: number;
  readonly phrase: string;
  readonly body?: Body | undefined;
  /** It was sent reliably (RFC 3262): a `prack` is owed. */
  readonly isReliable?: boolean | undefined;
  /** The early dialog is over (199, or a fork that lost); nothing is sent but the 199 itself. */
  readonly isClosed?: boolean | undefined;
  readonly allow?: readonly string[] | undefined;
  readonly supported?: readonly string[] | undefined;
  readonly headers?: HeaderList | undefined;
}

/** The caller acknowledged a reliable provisional. */
export interface PrackEvent {
  readonly type: 'prack';
  readonly dialog: string;
  readonly body?: Body | undefined;
}

/** The answer to a `prack`. */
export interface PrackedEvent {
  readonly type: 'pracked';
  readonly dialog: string;
  readonly status: number;
  readonly body?: Body | undefined;
}

/** A 2xx to the INVITE. */
export interface AnsweredEvent {
  readonly type: 'answered';
  readonly dialog: string;
  readonly body?: Body | undefined;
  readonly headers?: HeaderList | undefined;
  readonly allow?: readonly string[] | undefined;
  readonly supported?: readonly string[] | undefined;
  /** How long ago the 2xx arrived, ms: spans cross between nodes, instants never do. */
  readonly answeredAgoMs: number;
  /** The 2xx carries the offer: an `ack` with the answer is owed. */
  readonly isLate: boolean;
}

/** The call was given to this branch; a leg that was answered is not the winner until it hears it. */
export interface AcceptedEvent {
  readonly type: 'accepted';
}

/** The ACK, for offers that came in a 2xx; other 2xx are acknowledged at once, unasked. */
export interface AckEvent {
  readonly type: 'ack';
  /** Present when it acknowledges a re-INVITE. */
  readonly modifyId?: string | undefined;
  readonly body?: Body | undefined;
}

/** A final answer 300–699, or a failure of our own before one came. */
export interface FailedEvent {
  readonly type: 'failed';
  readonly status: number;
  readonly phrase: string;
  /** Our word for it (see the refusal table). */
  readonly reason: string;
  readonly q850?: number | undefined;
  /** Reason header values (RFC 3326), as received. */
  readonly reasonHeaders: readonly string[];
  readonly warning?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** Contacts of a 3xx, for the trail; never dialled raw and never shown to the caller. */
  readonly contacts?: readonly string[] | undefined;
  /** Where it failed: the peer said so, a node did, or routing. */
  readonly where: 'carrier' | 'node' | 'route';
}

/** A change of the session: re-INVITE or UPDATE with something new. */
export interface ModifyEvent {
  readonly type: 'modify';
  readonly modifyId: string;
  readonly method: 'INVITE' | 'UPDATE';
  /** Before the answer: the early dialog of the UPDATE; absent in a call that is up. */
  readonly dialog?: string | undefined;
  readonly body?: Body | undefined;
  readonly headers?: HeaderList | undefined;
}

/** The answer to a `modify`. */
export interface ModifiedEvent {
  readonly type: 'modified';
  readonly modifyId: string;
  readonly status: number;
  readonly phrase: string;
  readonly body?: Body | undefined;
  readonly warning?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly headers?: HeaderList | undefined;
}

/** The asker called its change off (CANCEL of a re-INVITE). */
export interface ModifyCancelEvent {
  readonly type: 'modifyCancel';
  readonly modifyId: string;
}

/** INFO inside the call. */
export interface InfoEvent {
  readonly type: 'info';
  readonly infoId: string;
  readonly body?: Body | undefined;
  readonly infoPackage?: string | undefined;
  /** The digits, if the body is a DTMF relay. */
  readonly dtmf?: string | undefined;
}

/** The answer to an `info`. */
export interface InfoDoneEvent {
  readonly type: 'infoDone';
  readonly infoId: string;
  readonly status: number;
}

/** A request to transfer the call (RFC 3515). */
export interface ReferEvent {
  readonly type: 'refer';
  readonly referId: string;
  readonly target: string;
  /** The Replaces value of the target, when it names a call. */
  readonly replaces?: string | undefined;
  readonly referredBy?: string | undefined;
}

/** The answer to a `refer`, and then the news of it (message/sipfrag). */
export interface NotifyEvent {
  readonly type: 'notify';
  readonly referId: string;
  readonly status: number;
  readonly phrase: string;
  readonly isFinal: boolean;
}

/** The call is to end, or this side of it has ended (CANCEL before the answer, BYE after it). */
export interface HangupEvent {
  readonly type: 'hangup';
  readonly by: HangupBy;
  /** Our word for it. */
  readonly reason: string;
  readonly q850?: number | undefined;
  /** SIP status behind it, as in `Reason: SIP;cause=200`. */
  readonly sipCause?: number | undefined;
  /** Reason header values as received, or those to be sent. */
  readonly reasonHeaders: readonly string[];
  /** How long ago it happened, ms, when it had to wait for a connection. */
  readonly agoMs?: number | undefined;
}

/** The leg is over: nothing comes after it. */
export interface GoneEvent {
  readonly type: 'gone';
  /** It was answered after it had been given up: ACK and BYE were sent, nobody pays. */
  readonly isLateAnswer?: boolean | undefined;
  /** Last proof that the peer lived, how long ago, ms. */
  readonly lastHeardAgoMs?: number | undefined;
}

/**
 * What legs and the switch say to each other, and what crosses between nodes: one vocabulary.
 * A leg tells the switch what happened at its peer; the switch tells the other leg the same.
 */
export type LegEvent =
  | TryingEvent
  | ProgressEvent
  | PrackEvent
  | PrackedEvent
  | AnsweredEvent
  | AcceptedEvent
  | AckEvent
  | FailedEvent
  | ModifyEvent
  | ModifiedEvent
  | ModifyCancelEvent
  | InfoEvent
  | InfoDoneEvent
  | ReferEvent
  | NotifyEvent
  | HangupEvent
  | GoneEvent;
