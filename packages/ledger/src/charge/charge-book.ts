import type { AnswerAge } from '../books/boot-leases.ts';
import type { LiveCharge } from './live-charge.ts';

/**
 * Every charge of this node that the database may hold money for: from its admission until its
 * record is settled. What the database holds beside these is released (money rule R4).
 */
export class ChargeBook {
  readonly #charges = new Map<string, LiveCharge>();
  readonly #answered = new Set<LiveCharge>();
  #number = 0;

  /** Charges in the book. */
  get size(): number {
    return this.#charges.size;
  }

  /** An id for a charge of that boot: unique, and never derived from a call's (R8). */
  mint(node: string, boot: string): string {
    this.#number++;
    return `${node}-${boot}-c${this.#number}`;
  }

  /** Enters a charge that may be held. */
  add(charge: LiveCharge): void {
    this.#charges.set(charge.id, charge);
  }

  find(id: string): LiveCharge | undefined {
    return this.#charges.get(id);
  }

  has(id: string): boolean {
    return this.#charges.has(id);
  }

  /** Settled, or released. */
  remove(id: string): void {
    const charge = this.#charges.get(id);
    if (charge === undefined) return;
    this.#charges.delete(id);
    this.#answered.delete(charge);
  }

  /** Charges whose calls go on. */
  *open(): Iterable<LiveCharge> {
    for (const charge of this.#charges.values()) if (!charge.isClosed) yield charge;
  }

  /** Its answer is to be written on the hold. */
  answered(charge: LiveCharge): void {
    this.#answered.add(charge);
  }

  /** Answers that are not on their holds, and how long ago they were. */
  answers(nowMs: number): readonly AnswerAge[] {
    return [...this.#answered].map((charge) => ({
      charge: charge.id,
      agoMs: nowMs - (charge.answeredMs ?? nowMs),
      note: charge.note,
    }));
  }

  /** These answers are on their holds. */
  answersWritten(charges: readonly string[]): readonly LiveCharge[] {
    const written: LiveCharge[] = [];
    for (const id of charges) {
      const charge = this.#charges.get(id);
      if (charge === undefined || !this.#answered.delete(charge)) continue;
      charge.isAnswerWritten = true;
      written.push(charge);
    }
    return written;
  }
}
