import type { Micros } from '../money.ts';

declare module '@tandem/engine' {
  interface CallFacts {
    /** Who pays for the call and by which terms: set by call.route 60–70, stays on its node. */
    wholesale?: WholesaleFacts;
  }
}

/** Terms as they were when the call was routed; frozen, so that settlement reads no deck (R18). */
export interface FrozenTerms {
  readonly deck: string;
  readonly version: number;
  /** The prefix of the deck that matched. */
  readonly prefix: string;
  /** Price of 60 billed seconds. */
  readonly rateMicrosPerMinute: Micros;
  readonly firstSeconds: number;
  readonly nextSeconds: number;
  readonly connectFeeMicros: Micros;
  readonly currency: string;
  readonly rounding: 'halfUp' | 'halfEven' | 'up' | 'down';
}

/** Limits as they were set; absent or 0 = no limit. */
export interface CallLimits {
  readonly maxCalls?: number | undefined;
  readonly maxCallsPerSecond?: number | undefined;
}

/** A row of the database that limits and charges refer to. */
export interface LimitedParty extends CallLimits {
  readonly id: bigint;
  readonly name: string;
}

/** One carrier that was looked at for a call, and why it was or was not taken. */
export interface RouteCandidate {
  readonly trunk: string;
  readonly priority: number;
  readonly weight: number;
  readonly isTaken: boolean;
  /** In people's words. */
  readonly reason: string;
  /** Buy rate per minute, if the carrier has one for the number. */
  readonly rateMicrosPerMinute?: Micros | undefined;
}

/** The buy side of an attempt: whom the call's cost is owed to. */
export interface CarrierTerms {
  readonly trunkId: bigint;
  readonly trunk: string;
  /** Absent: the carrier has no price, which its profile allowed. */
  readonly terms?: FrozenTerms | undefined;
}

/** What wholesale knows of a call: who pays, by which terms, and whom it may cost what. */
export interface WholesaleFacts {
  readonly tenant: LimitedParty & { readonly currency: string };
  readonly inboundTrunk?: LimitedParty | undefined;
  /** Numbers as they came. */
  readonly callerIn: string;
  readonly calledIn: string;
  /** Numbers for rating and routing: prefixes of the trunk stripped, without `+` and `00`. */
  readonly caller: string;
  readonly called: string;
  /** Absent: the call was routed without a price, to a user of our own for one. */
  readonly sell?: FrozenTerms | undefined;
  readonly profile?: { readonly name: string; readonly version: number } | undefined;
  /** Terms of every carrier that may be tried, by trunk: the `trunk` of call.execute and CDR. */
  readonly buy?: ReadonlyMap<string, CarrierTerms> | undefined;
  readonly candidates?: readonly RouteCandidate[] | undefined;
}
