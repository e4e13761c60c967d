import { isTokenCode, lowerSlice, skipBlanks } from './characters.ts';
import { endOfQuoted, unquote } from './quoted-string.ts';

/**
 * Parameters behind a header value, in order (`;tag=1;lr`). Names are compared without case;
 * the first of equal names counts. Lists instead of an object: `__proto__` is a name like any.
 */
export class Params {
  /** No parameters at all. */
  static readonly none = new Params('', [], []);
  readonly #names: readonly string[];
  readonly #values: readonly (string | undefined)[];

  constructor(
    /** As they came, from the first semicolon on; empty when there are none. */
    readonly text: string,
    names: readonly string[],
    values: readonly (string | undefined)[],
  ) {
    this.#names = names;
    this.#values = values;
  }

  /** Whether the parameter is there, with or without a value. `name` in lower case. */
  has(name: string): boolean {
    return this.#names.includes(name);
  }

  /** Value with quotes undone; '' for one without value; undefined when absent. */
  get(name: string): string | undefined {
    const index = this.#names.indexOf(name);
    if (index < 0) return undefined;
    const value = this.#values[index];
    return value === undefined ? '' : unquote(value);
  }

  /** Name (lower case) and raw value of each, in order. */
  *entries(): IterableIterator<readonly [name: string, value: string | undefined]> {
    for (const [index, name] of this.#names.entries()) yield [name, this.#values[index]];
  }
}

/**
 * Reads `*( ; name [= value] )` from `start` to the end of `text`; undefined where that is not
 * what stands there: two semicolons in a row, a comma, an open quote (RFC 4475 §3.1.2.1).
 */
export function parseParams(text: string, start: number): Params | undefined {
  let at = skipBlanks(text, start);
  if (at === text.length) return Params.none;
  const first = at;
  const names: string[] = [];
  const values: (string | undefined)[] = [];
  while (at < text.length) {
    if (text.charCodeAt(at) !== 0x3b) return undefined;
    const nameStart = skipBlanks(text, at + 1);
    const nameEnd = endOfName(text, nameStart);
    if (nameEnd === nameStart) return undefined;
    names.push(lowerSlice(text, nameStart, nameEnd));
    at = skipBlanks(text, nameEnd);
    if (at < text.length && text.charCodeAt(at) === 0x3d) {
      const valueStart = skipBlanks(text, at + 1);
      const valueEnd = endOfValue(text, valueStart);
      if (valueEnd < 0) return undefined;
      values.push(text.slice(valueStart, valueEnd));
      at = skipBlanks(text, valueEnd);
    } else {
      values.push(undefined);
    }
  }
  return new Params(text.slice(first), names, values);
}

function endOfName(text: string, start: number): number {
  let at = start;
  while (at < text.length && isTokenCode(text.charCodeAt(at))) at++;
  return at;
}

// Wider than the grammar (token, host or quoted string): hosts without brackets and base64 are
// common, and nothing accepted here can be mistaken for a separator.
function endOfValue(text: string, start: number): number {
  if (text.charCodeAt(start) === 0x22) return endOfQuoted(text, start);
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 0x20 || code === 0x3b) break;
    if (code === 0x22 || code === 0x2c || code === 0x3c || code === 0x3e || code === 0x7f)
      return -1;
  }
  return at;
}
