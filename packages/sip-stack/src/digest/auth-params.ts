import { isTokenCode, skipBlanks } from '../wire/characters.ts';
import { endOfQuoted, unquote } from '../wire/quoted-string.ts';

/** One scheme with its parameters, as challenges and credentials are written (RFC 7235 §2.1). */
export interface AuthValue {
  /** Lower case: `digest`, `bearer`. */
  readonly scheme: string;
  /** Names in lower case; values as written, quotes included. The first of equal names counts. */
  readonly params: ReadonlyMap<string, string>;
}

const PARAMS_MAX = 32;
const VALUES_MAX = 8;

/**
 * Reads the value of an authentication header. Most hold one scheme; several, joined by commas
 * as HTTP allows, are told apart. What cannot be read ends the list: at most 8 come back.
 */
export function parseAuthValues(text: string): AuthValue[] {
  const found: AuthValue[] = [];
  let at = skipSeparators(text, 0);
  while (at < text.length && found.length < VALUES_MAX) {
    const schemeEnd = endOfToken(text, at);
    if (schemeEnd === at) break;
    const scheme = text.slice(at, schemeEnd).toLowerCase();
    const params = new Map<string, string>();
    at = readParams(text, schemeEnd, params);
    found.push({ scheme, params });
    if (at < 0) break;
  }
  return found;
}

/** Value of a parameter without its quotes, escapes undone. */
export function authParam(value: AuthValue, name: string): string | undefined {
  const raw = value.params.get(name);
  return raw === undefined ? undefined : unquote(raw);
}

/** Value of a parameter without its quotes, escapes left: what goes into a hash (RFC 7616 §3.4.1). */
export function hashedParam(value: AuthValue, name: string): string | undefined {
  const raw = value.params.get(name);
  return raw?.startsWith('"') ? raw.slice(1, -1) : raw;
}

// Reads `name=value` pairs until the next scheme begins; -1 where the text is broken.
function readParams(text: string, start: number, params: Map<string, string>): number {
  let at = skipSeparators(text, start);
  while (at < text.length) {
    const nameEnd = endOfToken(text, at);
    const equals = skipBlanks(text, nameEnd);
    if (nameEnd === at) return -1;
    if (text.charCodeAt(equals) !== 0x3d) return at;
    const valueStart = skipBlanks(text, equals + 1);
    const valueEnd =
      text.charCodeAt(valueStart) === 0x22
        ? endOfQuoted(text, valueStart)
        : endOfBareValue(text, valueStart);
    if (valueEnd < 0) return -1;
    const name = text.slice(at, nameEnd).toLowerCase();
    if (params.size < PARAMS_MAX && !params.has(name)) {
      params.set(name, text.slice(valueStart, valueEnd));
    }
    at = skipSeparators(text, valueEnd);
  }
  return at;
}

function skipSeparators(text: string, start: number): number {
  let at = skipBlanks(text, start);
  while (text.charCodeAt(at) === 0x2c) at = skipBlanks(text, at + 1);
  return at;
}

function endOfToken(text: string, start: number): number {
  let at = start;
  while (isTokenCode(text.charCodeAt(at))) at++;
  return at;
}

// Wider than a token: some write base64, URIs and algorithm lists without quotes.
function endOfBareValue(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 0x20 || code === 0x2c || code === 0x22) break;
  }
  return at;
}
