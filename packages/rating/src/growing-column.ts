const FIRST_CAPACITY = 1024;

/**
 * Whole numbers that become more while a table is built. One kind of them only: a column that could
 * be of any kind would be read and written several times slower.
 */
export class GrowingColumn {
  #values = new Uint32Array(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Uint32Array(this.#length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = value;
  }

  /** The pushed values: a view, good until the next one is pushed. */
  toView(): Uint32Array {
    return this.#values.subarray(0, this.#length);
  }

  /** A copy of exactly the pushed values, with a buffer of its own that can be transferred. */
  toArray(): Uint32Array<ArrayBuffer> {
    return this.#values.slice(0, this.#length);
  }
}
