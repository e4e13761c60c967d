/** A call: its incoming leg, its groups of branches, its timers and its CDRs. */
export {};
