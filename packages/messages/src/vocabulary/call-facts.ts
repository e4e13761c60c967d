declare module '@tandem/engine' {
  interface CallFacts {
    /** Who pays for the call: set by whoever finds it out, shown in lists of calls. */
    account?: CallAccount;
    /**
     * The charge under which this call was admitted, and the node that did it: a sister to which
     * the call is handed over admits it no second time.
     */
    admitted?: { readonly charge: string; readonly node: string };
  }
}

/** What lists of calls show of the payer. */
export interface CallAccount {
  readonly tenant?: string;
  readonly inboundTrunk?: string;
}
