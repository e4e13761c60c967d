import type { SeededRandom } from '../../packages/sip-stack/src/wire/mutate.test-support.ts';

/** Inputs kept at once beside the first ones; beyond that a new one takes the place of another. */
const KEPT_MAX = 3_000;

/** What mutations begin from: messages as they were made, and inputs that reached new code. */
export class Corpus {
  readonly #first: readonly string[];
  readonly #kept: string[] = [];
  readonly #random: SeededRandom;

  constructor(first: readonly string[], random: SeededRandom) {
    this.#first = first;
    this.#random = random;
  }

  get size(): number {
    return this.#first.length + this.#kept.length;
  }

  /** One of them; twice as often one of the first as one of those found. */
  pick(): string {
    const isFirst = this.#kept.length === 0 || this.#random.below(3) > 0;
    return this.#random.pick(isFirst ? this.#first : this.#kept);
  }

  /** Keeps inputs that reached new code. */
  keep(inputs: readonly string[]): void {
    for (const input of inputs) {
      if (this.#kept.length < KEPT_MAX) this.#kept.push(input);
      else this.#kept[this.#random.below(KEPT_MAX)] = input;
    }
  }
}
