import type { Micros } from '../money.ts';

declare module '@tandem/engine' {
  interface CallFacts {
    /** Who pays for the call: set by whoever finds it out, shown in lists of calls. */
    account?: CallAccount;
    /** Name of the trunk by whose registration the call came in: set by its driver. */
    line?: string;
    /** Whose the call's records are, by the first of them; later ones begin with it. Stays here. */
    recordStamp?: RecordStamp;
    /** A carrier has sent the call elsewhere (3xx): the number, and the trunk it came from. */
    redirect?: { readonly from: string; readonly trunk?: string };
    /**
     * The charge under which this call was admitted, and the node that did it: a sister to which
     * the call is handed over admits it no second time.
     */
    admitted?: { readonly charge: string; readonly node: string };
    /** What the call costs, asked at any moment: set by whoever admitted it, stays on its node. */
    money?: CallMoney;
  }
}

/** What lists of calls show of the payer. */
export interface CallAccount {
  readonly tenant?: string;
  readonly inboundTrunk?: string;
}

/** Money of a call that goes on; what each says changes with time. */
export interface CallMoney {
  readonly currency: string;
  /** Held of the payer's balance for this call now. */
  readonly heldMicros: Micros;
  /** What the call would be sold for if it ended now; 0 before the answer. */
  readonly priceMicros: Micros;
}

/** Whose a record is, as the cluster writes it onto records: Yate's names. */
export interface RecordStamp {
  readonly nodename: string;
  readonly nodeprefix: string;
}
