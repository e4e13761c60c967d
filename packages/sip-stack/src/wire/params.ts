import { isTokenCode, lowerSlice, skipBlanks } from './characters.ts';
import { endOfQuoted, unquote } from './quoted-string.ts';

/**
 * Parameters behind a header value, in order (`;tag=1;lr`). Names are compared without case;
 * the first of equal names counts. Only the text is kept, and searched when somebody asks: each
 * message has some five lists of parameters, of which most are asked for one name or none.
 */
export class Params {
  /** No parameters at all. */
  static readonly none = new Params('');

  /** @internal Of a text that has been found sound, by {@link parseParams} or as part of a URI. */
  constructor(
    /** As they came, from the first semicolon on; empty when there are none. */
    readonly text: string,
  ) {}

  /** Whether the parameter is there, with or without a value. `name` in lower case. */
  has(name: string): boolean {
    return this.#find(name) >= 0;
  }

  /** Value with quotes undone; '' for one without value; undefined when absent. */
  get(name: string): string | undefined {
    const start = this.#find(name);
    if (start < 0) return undefined;
    const value = valueBehind(this.text, start + name.length);
    return value === undefined ? '' : unquote(value);
  }

  /** Name (lower case) and raw value of each, in order. */
  *entries(): IterableIterator<readonly [name: string, value: string | undefined]> {
    const { text } = this;
    for (let at = 0; at < text.length; at = nextParam(text, at)) {
      const start = skipBlanks(text, at + 1);
      const end = soundNameEnd(text, start);
      yield [lowerSlice(text, start, end), valueBehind(text, end)];
    }
  }

  /** The parameters as they came, but for those of these names (lower case). */
  textWithout(names: readonly string[]): string {
    const { text } = this;
    let kept = '';
    let from = 0;
    for (let at = 0, next = 0; at < text.length; at = next) {
      next = nextParam(text, at);
      const start = skipBlanks(text, at + 1);
      if (!names.includes(lowerSlice(text, start, soundNameEnd(text, start)))) continue;
      kept += text.slice(from, at);
      from = next;
    }
    return from === 0 ? text : kept + text.slice(from);
  }

  /** Where the name of the first parameter of that name begins, or -1. */
  #find(name: string): number {
    const { text } = this;
    for (let at = 0; at < text.length; at = nextParam(text, at)) {
      const start = skipBlanks(text, at + 1);
      const end = soundNameEnd(text, start);
      if (end - start !== name.length) continue;
      if (text.startsWith(name, start) || lowerSlice(text, start, end) === name) return start;
    }
    return -1;
  }
}

/**
 * Reads `*( ; name [= value] )` from `start` to the end of `text`; undefined where that is not
 * what stands there: two semicolons in a row, a comma, an open quote (RFC 4475 §3.1.2.1).
 */
export function parseParams(text: string, start: number): Params | undefined {
  const first = skipBlanks(text, start);
  if (first === text.length) return Params.none;
  for (let at = first; at < text.length;) {
    if (text.charCodeAt(at) !== SEMICOLON) return undefined;
    const nameStart = skipBlanks(text, at + 1);
    const nameEnd = endOfName(text, nameStart);
    if (nameEnd === nameStart) return undefined;
    at = skipBlanks(text, nameEnd);
    if (text.charCodeAt(at) !== EQUALS) continue;
    const valueEnd = endOfValue(text, skipBlanks(text, at + 1));
    if (valueEnd < 0) return undefined;
    at = skipBlanks(text, valueEnd);
  }
  return new Params(text.slice(first));
}

const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const QUOTE = 0x22;

function endOfName(text: string, start: number): number {
  let at = start;
  while (at < text.length && isTokenCode(text.charCodeAt(at))) at++;
  return at;
}

// Wider than the grammar (token, host or quoted string): hosts without brackets and base64 are
// common, and nothing accepted here can be mistaken for a separator.
function endOfValue(text: string, start: number): number {
  if (text.charCodeAt(start) === QUOTE) return endOfQuoted(text, start);
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 0x20 || code === SEMICOLON) break;
    if (code === QUOTE || code === 0x2c || code === 0x3c || code === 0x3e || code === 0x7f)
      return -1;
  }
  return at;
}

// In a sound text, of a header or of a URI: a name ends at a blank, an equals sign or a semicolon.
function soundNameEnd(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === EQUALS || code === SEMICOLON || code <= 0x20) break;
  }
  return at;
}

function soundValueEnd(text: string, start: number): number {
  if (text.charCodeAt(start) === QUOTE) return endOfQuoted(text, start);
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 0x20 || code === SEMICOLON) break;
  }
  return at;
}

function valueBehind(text: string, nameEnd: number): string | undefined {
  const at = skipBlanks(text, nameEnd);
  if (text.charCodeAt(at) !== EQUALS) return undefined;
  const start = skipBlanks(text, at + 1);
  return text.slice(start, soundValueEnd(text, start));
}

/** Where the semicolon behind the parameter at `semicolon` is, or the end of the text. */
function nextParam(text: string, semicolon: number): number {
  const at = skipBlanks(text, soundNameEnd(text, skipBlanks(text, semicolon + 1)));
  if (text.charCodeAt(at) !== EQUALS) return at;
  return skipBlanks(text, soundValueEnd(text, skipBlanks(text, at + 1)));
}
