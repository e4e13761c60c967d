import { headerKey } from './header-names.ts';
import { splitCommaList } from './comma-list.ts';

/**
 * The header lines of a message off the wire, in order, values raw (unfolded and trimmed).
 * Names are found without case and by their compact form. Values are slices of the datagram:
 * whoever keeps one longer than the message copies it with `keep`.
 */
export class MessageHeaders {
  readonly #names: readonly string[];
  readonly #keys: readonly string[];
  readonly #values: string[];

  constructor(names: readonly string[], keys: readonly string[], values: string[]) {
    this.#names = names;
    this.#keys = keys;
    this.#values = values;
  }

  /** Number of header lines. */
  get size(): number {
    return this.#keys.length;
  }

  /** Whether a line of that name is there. */
  has(name: string): boolean {
    return this.#keys.includes(headerKey(name));
  }

  /** Value of the first line of that name, raw. */
  get(name: string): string | undefined {
    const index = this.#keys.indexOf(headerKey(name));
    return index < 0 ? undefined : this.#values[index];
  }

  /** Values of all lines of that name in order, raw: comma lists are not split. */
  getAll(name: string): string[] {
    const key = headerKey(name);
    const found: string[] = [];
    for (let at = this.#keys.indexOf(key); at >= 0; at = this.#keys.indexOf(key, at + 1)) {
      found.push(this.#values[at] ?? '');
    }
    return found;
  }

  /**
   * Elements of all lines of that name, comma lists split with regard to quotes and brackets,
   * empty elements left out: for Route, Supported, Allow and other list headers.
   */
  list(name: string): string[] {
    const elements: string[] = [];
    for (const value of this.getAll(name)) {
      for (const element of splitCommaList(value)) if (element !== '') elements.push(element);
    }
    return elements;
  }

  /** Calls `visit` with key (lower case, long form), canonical name and raw value of each line. */
  forEach(visit: (key: string, name: string, value: string) => void): void {
    for (let at = 0; at < this.#keys.length; at++) {
      const key = this.#keys[at] ?? '';
      visit(key, this.#names[at] ?? key, this.#values[at] ?? '');
    }
  }

  /** Index of the next line with that key from `start` on, or -1: for copies without lists. */
  indexOf(key: string, start: number): number {
    return this.#keys.indexOf(key, start);
  }

  /** Value of the line at that index, raw. */
  valueAt(index: number): string {
    return this.#values[index] ?? '';
  }

  /** Replaces the first value of that name; only for the stamp of the receiving transport. */
  replaceFirst(name: string, value: string): void {
    const index = this.#keys.indexOf(headerKey(name));
    if (index >= 0) this.#values[index] = value;
  }
}
