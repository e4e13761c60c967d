/** Texts kept; beyond it all are forgotten, and read again. */
const TEXTS_MAX = 100_000;
/** A power of two, and twice as many as there are texts: chains stay short. */
const SLOTS = 262_144;
const FIRST_BYTES = 65_536;
const FREE = 0;
/** Offset and prime of the FNV-1a hash, 32 bits. */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Numbers by the bytes of the texts that they were read from: a deck has a million rates and some
 * thousand terms, and a text made of each rate's bytes would cost more than to look it up here.
 */
export class TermTexts {
  /** Index of a text + 1, or {@link FREE}. */
  readonly #slots = new Int32Array(SLOTS);
  readonly #hashes = new Int32Array(TEXTS_MAX);
  readonly #numbers = new Int32Array(TEXTS_MAX);
  /** Where each text begins in the bytes; one more at the end. */
  readonly #starts = new Int32Array(TEXTS_MAX + 1);
  #bytes = Buffer.alloc(FIRST_BYTES);
  #size = 0;

  /** The number of these bytes; `make` gives it where they were never seen, and may throw. */
  numberOf(bytes: Buffer, from: number, to: number, make: () => number): number {
    const hash = hashOf(bytes, from, to);
    for (let slot = hash & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const known = this.#slots[slot]! - 1;
      if (known < 0) return this.#add(bytes, from, to, hash, make());
      if (this.#hashes[known] === hash && this.#isSame(known, bytes, from, to)) {
        return this.#numbers[known]!;
      }
    }
  }

  #isSame(known: number, bytes: Buffer, from: number, to: number): boolean {
    const start = this.#starts[known]!;
    if (this.#starts[known + 1]! - start !== to - from) return false;
    for (let at = from; at < to; at++) {
      if (this.#bytes[start + at - from] !== bytes[at]) return false;
    }
    return true;
  }

  #add(bytes: Buffer, from: number, to: number, hash: number, number: number): number {
    if (this.#size === TEXTS_MAX) this.#forgetAll();
    const start = this.#starts[this.#size]!;
    const end = start + to - from;
    while (end > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], end * 2);
    bytes.copy(this.#bytes, start, from, to);
    this.#hashes[this.#size] = hash;
    this.#numbers[this.#size] = number;
    this.#starts[++this.#size] = end;
    let slot = hash & (SLOTS - 1);
    while (this.#slots[slot] !== FREE) slot = (slot + 1) & (SLOTS - 1);
    this.#slots[slot] = this.#size;
    return number;
  }

  #forgetAll(): void {
    this.#slots.fill(FREE);
    this.#size = 0;
  }
}

function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = FNV_OFFSET | 0;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, FNV_PRIME);
  return hash ^ (hash >>> 15);
}
