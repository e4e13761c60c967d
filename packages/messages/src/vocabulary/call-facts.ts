declare module '@tandem/engine' {
  interface CallFacts {
    /** Who pays for the call: set by whoever finds it out, shown in lists of calls. */
    account?: CallAccount;
  }
}

/** What lists of calls show of the payer. */
export interface CallAccount {
  readonly tenant?: string;
  readonly inboundTrunk?: string;
}
