import type { Side } from '../books/money-caller.ts';
import type { TermsText } from './terms-text.ts';

/** What is known of a charge's leg while it lives. */
export interface LegNote {
  readonly sipCallId?: string | undefined;
  readonly userAgent?: string | undefined;
  /** By the database's clock, epoch ms. */
  readonly ringingAt?: number | undefined;
}

/**
 * What is known of a charge while its call lives. It is JSON: it stands on the hold and in the
 * journal, so that whoever closes the call reads no deck and asks nobody (money rule R18).
 */
export interface OpenCharge extends LegNote {
  readonly charge: string;
  readonly side: Side;
  readonly boot: string;
  readonly node: string;
  /** The billid. */
  readonly callId: string;
  readonly tenantId: string | null;
  readonly tenant: string | null;
  /** The inbound trunk of a sale, the outbound one of a purchase. */
  readonly trunkId: string | null;
  readonly trunk: string | null;
  readonly currency: string;
  /** By the database's clock, whole epoch ms: minted once. */
  readonly startedAt: number;
  /** Absent: nobody pays for talk. */
  readonly terms: TermsText | null;
  /** 0 for the call itself. */
  readonly attempt: number;
  readonly callerIn: string;
  readonly callerOut: string;
  readonly calledIn: string;
  readonly calledOut: string;
  /** The numbers that rates were found by; absent in records of an earlier release. */
  readonly callerRated?: string | undefined;
  readonly calledRated?: string | undefined;
  /** Where the leg's peer is. */
  readonly address: string;
  /** Name and version of the routing profile. */
  readonly route: string | null;
}

/**
 * A charge with what is known of its leg by now. Copied whole and then written to: V8 has a short way
 * for that, and a long one for two objects that become one.
 */
export function withNote(open: OpenCharge, note: LegNote): OpenCharge {
  const copy: { -readonly [Field in keyof OpenCharge]: OpenCharge[Field] } = { ...open };
  copy.sipCallId = note.sipCallId;
  copy.userAgent = note.userAgent;
  copy.ringingAt = note.ringingAt;
  return copy;
}

/** How a charge's leg ended. Instants by the database's clock, epoch ms. */
export interface ChargeEnd {
  readonly ringingAt?: number | undefined;
  readonly answeredAt?: number | undefined;
  readonly endedAt: number;
  /** Talk that is billed, ms; undefined if it was never answered. */
  readonly talkMs?: number | undefined;
  readonly status: string;
  readonly sipCode: number;
  readonly reason: string;
  readonly q850: number;
  readonly hangupBy: string;
  /** Which limit refused the call, if one did. */
  readonly refusedLimit?: string | undefined;
  /** This record tells the outcome of the call, not that of an attempt given up. */
  readonly isFinal: boolean;
  readonly sipCallId?: string | undefined;
  readonly userAgent?: string | undefined;
  /** What the call is sold for less what its attempts cost, six decimals, once both are known. */
  readonly margin?: string | undefined;
  /** Trail, candidates and holds, for whoever asks later. */
  readonly story?: object | undefined;
}
