import type { CallFacts, Extra } from '@tandem/engine';
import type { Body } from './body.ts';
import type { HeaderList, LegEvent } from './leg-event.ts';
import type { Refusal } from './refusal.ts';

/** States shown for a leg; how a driver gets through them is its own. */
export type LegState =
  | 'received'
  | 'calling'
  | 'trying'
  | 'early'
  | 'answered'
  | 'up'
  | 'leaving'
  | 'gone';

/**
 * One side of a call, whatever carries it: SIP, or a sister node.
 *
 * Incoming: the switch sends it `progress`, `answered`, `failed`; it tells `hangup`, `ack`, …
 * Outgoing: it tells `trying`, `progress`, `answered`, `failed`; the switch sends `hangup`, …
 * Both: `modify`, `info`, `refer` either way; a leg's last word is always `gone`.
 */
export interface Leg {
  /** Unique in the cluster: `<driver>/<node>-<boot>-<n>`. Yate's `chan`. */
  readonly id: string;
  /** Yate's module name of the carrier: `sip` or `nats`. */
  readonly driver: string;
  readonly direction: 'incoming' | 'outgoing';
  /** The peer: `host:port`, or the name of a sister node. */
  readonly address: string;
  readonly state: LegState;
  /** Identifiers of the leg for records, such as the SIP Call-ID. */
  readonly callId?: string | undefined;
  /** The peer's User-Agent or Server, if it said one. */
  readonly userAgent?: string | undefined;
  /** Tells the leg what happened on the other side. Never throws; what no longer fits is dropped. */
  send(event: LegEvent): void;
  /** Sets the one listener; events that came before are given to it at once, in order. */
  attach(listener: (event: LegEvent) => void): void;
}

/** Whom the caller claims to be, and whether those who said so are trusted (RFC 3325). */
export interface Identity {
  /** P-Asserted-Identity values. */
  readonly asserted: readonly string[];
  /** P-Preferred-Identity of an authenticated user who owns that number. */
  readonly preferred?: string | undefined;
  /** Privacy header value. */
  readonly privacy?: string | undefined;
  readonly isTrusted: boolean;
}

/** What the incoming side brings along, and the outgoing side may send on. */
export interface CallOffer {
  readonly body?: Body | undefined;
  /** Headers that may cross, in order. */
  readonly headers: HeaderList;
  readonly identity: Identity;
  /** Diversion and History-Info values that may cross. */
  readonly diversion: readonly string[];
  readonly allow: readonly string[];
  readonly supported: readonly string[];
  readonly require: readonly string[];
  readonly accept?: string | undefined;
  /** Already reduced by one; 0 may not be sent on. */
  readonly maxForwards: number;
  /** URI parameters and user parameters of the number that stay in place, as text. */
  readonly calledUri?: string | undefined;
  readonly callerUri?: string | undefined;
}

/** A call as it arrives at a node. */
export interface CallArrival {
  readonly caller: string;
  readonly callername: string;
  readonly called: string;
  /** The authenticated user, or empty. */
  readonly username: string;
  /** Host of the request URI. */
  readonly domain: string;
  /** Where it came from, behind trusted proxies: `host:port`. */
  readonly address: string;
  /** The listener it came in by: its name, or `transport:host:port`. */
  readonly listener: string;
  /** It comes from a configured peer on a cluster listener, or from an authenticated sister node. */
  readonly isPeer: boolean;
  /** Nodes it has passed already; at most 2. */
  readonly hops: number;
  /** The caller's patience (Expires of the INVITE), ms. */
  readonly expiresMs?: number | undefined;
  readonly offer: CallOffer;
  /** Headers as params: `sip_x-callto`, …: what cluster and plugins read. */
  readonly extra: readonly Extra[];
  /** Facts that a sister node sent along. */
  readonly facts?: CallFacts | undefined;
}

/** The switch as drivers see it: where a new incoming call is handed in. */
export interface Switchboard {
  /** Takes the call: routes it, carries it and writes its records. Never throws. */
  receive(leg: Leg, arrival: CallArrival): void;
  /**
   * Puts a new caller in the place of a leg of this node, in a call that is up (RFC 3891): the
   * answer is the leg that his own call gets. Refused with `nocall` where there is no such leg.
   */
  takePlace(legId: string, offer: Body | undefined): Leg | Refusal;
  /** False while the node drains or is overloaded: drivers refuse new calls then. */
  readonly isAccepting: boolean;
  /** A new id for a leg of that driver. */
  nextLegId(driver: string): string;
}
