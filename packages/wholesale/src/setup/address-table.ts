import { type AddressRange, prefixOf, readAddress } from './address-range.ts';

/** Answers kept; beyond it all are forgotten. */
const KEPT_MAX = 10_000;

/** What belongs to an address, and how exactly its range said so. */
export interface AddressMatch<T> {
  readonly value: T;
  /** Bits of the range: 32 (or 128) is one address. */
  readonly length: number;
}

/** Ranges of addresses with what belongs to them. */
export class AddressTable<T> {
  readonly #byLength = new Map<string, { length: number; values: Map<bigint, T[]> }>();
  readonly #kept = new Map<string, readonly AddressMatch<T>[]>();

  constructor(entries: Iterable<readonly [AddressRange, T]>) {
    for (const [range, value] of entries) {
      const key = `${range.family}/${range.length}`;
      const table = this.#byLength.get(key) ?? { length: range.length, values: new Map() };
      this.#byLength.set(key, table);
      const prefix = prefixOf(range, range.length);
      table.values.set(prefix, [...(table.values.get(prefix) ?? []), value]);
    }
  }

  /** All that an address belongs to, the narrowest range first. Text that is no address: nothing. */
  find(host: string): readonly AddressMatch<T>[] {
    const kept = this.#kept.get(host);
    if (kept !== undefined) return kept;
    const found = this.#look(host);
    if (this.#kept.size >= KEPT_MAX) this.#kept.clear();
    this.#kept.set(host, found);
    return found;
  }

  #look(host: string): readonly AddressMatch<T>[] {
    const address = readAddress(host);
    if (address === undefined) return [];
    const found: AddressMatch<T>[] = [];
    for (const [key, { length, values }] of this.#byLength) {
      if (!key.startsWith(`${address.family}/`)) continue;
      for (const value of values.get(prefixOf(address, length)) ?? [])
        found.push({ value, length });
    }
    return found.toSorted((one, other) => other.length - one.length);
  }
}
