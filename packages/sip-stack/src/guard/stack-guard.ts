/** An address of which nothing is heard. */
export interface Ban {
  /** The address that was banned; in IPv6 its whole /64 is. */
  readonly address: string;
  /** Until the ban ends by itself, ms. */
  readonly restMs: number;
}

/** Limits and bans by address: what the stack does by itself, and what its user adds. */
export interface StackGuard {
  /**
   * Charges an address for `cost` messages (default 1), as for wrong passwords; false when it is
   * over its limit, and enough of that bans it.
   */
  charge(address: string, cost?: number): boolean;
  /** Bans it, by default for as long as the options say; not one that is trusted. */
  ban(address: string, forMs?: number): void;
  /** Ends its ban and forgets what it has cost. */
  unban(address: string): void;
  isBanned(address: string): boolean;
  /** All bans that have not ended. */
  bans(): readonly Ban[];
}
