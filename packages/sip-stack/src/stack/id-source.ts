import { randomFillSync } from 'node:crypto';

/** Random bytes fetched at once: one system call serves 256 tags. */
const POOL_BYTES = 1_024;

/**
 * Names for transactions, dialogs and calls: a text of this boot and a counter make them unique
 * over restarts and nodes, 32 random bits make tags and Call-IDs impossible to guess (RFC 3261 §19.3).
 */
export class IdSource {
  readonly #branchStem: string;
  readonly #pool = Buffer.allocUnsafeSlow(POOL_BYTES);
  readonly #choose: (bound: number) => number;
  #poolAt = POOL_BYTES;
  #count = 0;

  constructor(
    readonly tagPrefix: string,
    readonly bootId: string = randomFillSync(Buffer.alloc(6)).toString('hex'),
    choose?: (bound: number) => number,
  ) {
    this.#choose = choose ?? ((bound) => this.#word() % bound);
    this.#branchStem = `z9hG4bK${bootId}.`;
  }

  makeBranch(): string {
    return this.#branchStem + (this.#count++).toString(36);
  }

  /** Joined to one text: dialogs keep it, and a text put together by `+` keeps all its parts. */
  makeTag(): string {
    return [this.tagPrefix, (this.#count++).toString(36), '-', this.#random()].join('');
  }

  makeCallId(): string {
    return `${this.bootId}.${(this.#count++).toString(36)}-${this.#random()}`;
  }

  /** An even choice of 0 to `bound` − 1, as far as 32 bits go. */
  randomBelow(bound: number): number {
    return this.#choose(bound);
  }

  // Eight hexadecimal digits: other nodes tell by the form whose tag it is. By halves, since V8
  // writes a number above 2^31 four times slower.
  #random(): string {
    const word = this.#word();
    return hexadecimal(word >>> 16) + hexadecimal(word & 0xffff);
  }

  #word(): number {
    if (this.#poolAt === POOL_BYTES) {
      randomFillSync(this.#pool);
      this.#poolAt = 0;
    }
    const word = this.#pool.readUInt32LE(this.#poolAt);
    this.#poolAt += 4;
    return word;
  }
}

function hexadecimal(half: number): string {
  return half.toString(16).padStart(4, '0');
}
