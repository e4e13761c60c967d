import type { LedgerParts } from '../ledger-parts.ts';

/** How long sisters may take to say whether they reach the database, ms. */
const ANSWER_MS = 1_000;

/**
 * Whether other nodes reach the database while this one does not: they will close its calls, so
 * these must end here too (money rule R17). If nobody reaches it nobody is closed, and each
 * tenant's policy counts. After an outage of all, whoever is back first may judge nobody before
 * its lease has been unbroken for a while: the others have that time to come back as well, and
 * their calls go on.
 */
export class CutOff {
  readonly #deadAfterMs: number;
  #sinceMs: number | undefined;

  constructor(deadAfterMs: number) {
    this.#deadAfterMs = deadAfterMs;
  }

  /** Asks the sisters, once our own lease is old enough for it to matter. Never throws. */
  async look({
    bus,
    clock,
    lease,
  }: Pick<LedgerParts, 'bus' | 'clock' | 'lease'>): Promise<boolean> {
    if (lease.ageMs <= this.#graceMs) {
      this.#sinceMs = undefined;
      return false;
    }
    const { answers } = await bus.gather('node.status', {}, { to: '*', timeoutMs: ANSWER_MS });
    const isAlone = answers.some(
      ({ node, answer }) => node !== bus.node && answer.database === 'up',
    );
    return this.note(isAlone, clock.monotonicMs()) && lease.ageMs > this.#deadAfterMs;
  }

  /** Whether a sister has reached the database for so long that she may judge us soon. */
  note(isAlone: boolean, nowMs: number): boolean {
    if (!isAlone) this.#sinceMs = undefined;
    else this.#sinceMs ??= nowMs;
    return this.#sinceMs !== undefined && nowMs - this.#sinceMs >= this.#graceMs;
  }

  /** Half of the time after which a silent node is dead: the other half is for ending calls. */
  get #graceMs(): number {
    return this.#deadAfterMs / 2;
  }
}
