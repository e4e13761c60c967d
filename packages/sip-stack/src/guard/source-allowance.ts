/** What one address may still cost: a bucket that fills by the second, and how far it went beyond. */
export class SourceAllowance {
  #messages: number;
  #atMs: number;
  #excess = 0;

  constructor(burstMessages: number, nowMs: number) {
    this.#messages = burstMessages;
    this.#atMs = nowMs;
  }

  /** Messages beyond the limit since it last kept peace for half a burst. */
  get excess(): number {
    return this.#excess;
  }

  /** Takes `cost` out; false when there is not enough, and it counts as excess. */
  take(cost: number, nowMs: number, messagesPerSecond: number, burstMessages: number): boolean {
    const gained = ((nowMs - this.#atMs) / 1_000) * messagesPerSecond;
    this.#messages = Math.min(burstMessages, this.#messages + gained);
    this.#atMs = nowMs;
    if (this.#messages >= burstMessages / 2) this.#excess = 0;
    if (this.#messages >= cost) {
      this.#messages -= cost;
      return true;
    }
    this.#excess += cost;
    return false;
  }
}
