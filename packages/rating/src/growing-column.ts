type Numbers =
  | Uint8Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

const FIRST_CAPACITY = 1024;

/** A typed array that grows by doubling: one column of a table while it is being built. */
export class GrowingColumn<Values extends Numbers> {
  readonly #make: (length: number) => Values;
  #values: Values;
  #length = 0;

  /** @param make makes a typed array of the column's kind, filled with zeros */
  constructor(make: (length: number) => Values) {
    this.#make = make;
    this.#values = make(FIRST_CAPACITY);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = this.#make(this.#length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = value;
  }

  /** The value at a row that was pushed. */
  at(row: number): number {
    return this.#values[row]!;
  }

  /** Replaces the value at a row that was pushed. */
  replace(row: number, value: number): void {
    this.#values[row] = value;
  }

  /** A copy of exactly the pushed values, with a buffer of its own that can be transferred. */
  toArray(): Values {
    const exact = this.#make(this.#length);
    exact.set(this.#values.subarray(0, this.#length));
    return exact;
  }
}
