import type { CallFacts } from '@tandem/engine';
import type { Micros } from '@tandem/messages';
import type { LiveCharge } from './live-charge.ts';
import type { LegNote } from './open-charge.ts';
import type { NotedLeg } from './noted-leg.ts';

declare module '@tandem/engine' {
  interface CallFacts {
    /** The charges of the call on this node; stays here. */
    ledger?: CallCharges;
  }
}

/** What the ledger keeps with a call. */
export class CallCharges {
  /** When its incoming leg began: by the database's clock, whole epoch ms. Minted once. */
  startedAt: number | undefined = undefined;
  /** The same as a monotonic instant. */
  startedMs = 0;
  /** The SIP Call-ID and the User-Agent of the incoming leg. */
  callerLeg: LegNote = {};
  sale: LiveCharge | undefined = undefined;
  /** Outgoing legs by their ids, for the call's story. */
  readonly legs = new Map<string, NotedLeg>();
  /** What the call is sold for, once it has ended. */
  soldMicros: Micros | undefined = undefined;
  /** What its ended attempts cost. */
  costMicros: Micros = 0n;
  #purchases: Map<string, LiveCharge> | undefined = undefined;

  /** By attempt and callto; made at first use, for a call without a carrier has none. */
  get purchases(): Map<string, LiveCharge> {
    return (this.#purchases ??= new Map());
  }
}

/** The charges of a call, made at the first look. */
export function chargesOf(facts: CallFacts): CallCharges {
  return (facts.ledger ??= new CallCharges());
}
