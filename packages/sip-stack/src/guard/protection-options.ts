/** How much a stranger may ask for, and what becomes of one who asks for more. */
export interface ProtectionOptions {
  /**
   * Messages a second that one address (IPv6: its /64) may cost, in the mean: requests that begin
   * something, broken messages, answers and ACKs to nothing. What belongs to running calls, repeats
   * and keep-alives cost nothing. Default Infinity: no limit.
   */
  readonly messagesPerSecond: number;
  /** Messages that may come at once before the mean counts. */
  readonly burstMessages: number;
  /** Messages beyond the limit, without half a burst of peace between them, that lead to a ban. */
  readonly excessMessagesMax: number;
  /** How long nothing is heard of a banned address: datagrams unread, connections closed. */
  readonly banMs: number;
  /** Addresses watched at once; beyond it the one seen longest ago is forgotten. */
  readonly sourcesMax: number;
  /** Bans at once; beyond it the oldest ends early. */
  readonly bansMax: number;
  /**
   * Peers, trunks and proxies that are never limited nor banned. Asked only for one that is over
   * its limit; must be synchronous and cheap, and a throw counts as false.
   */
  readonly isTrusted: (address: string) => boolean;
}

/** No limit until the operator sets one; bans by the stack's user are heeded all the same. */
export const defaultProtection: ProtectionOptions = {
  messagesPerSecond: Infinity,
  burstMessages: 200,
  excessMessagesMax: 200,
  banMs: 600_000,
  sourcesMax: 50_000,
  bansMax: 20_000,
  isTrusted: () => false,
};
