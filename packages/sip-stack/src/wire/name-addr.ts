import { skipBlanks, trimmedSlice } from './characters.ts';
import { type Params, parseParams } from './params.ts';
import { endOfQuoted, quote, unquote } from './quoted-string.ts';
import { parseUri, type Uri } from './uri.ts';
import { isUriText } from './uri-escape.ts';

/** An address with its display name and header parameters: From, To, Contact, Route and others. */
export class NameAddr {
  #uri: Uri | undefined | null = null;

  constructor(
    /** The whole value as it came. */
    readonly text: string,
    /** Quotes and escapes undone; '' where none was given. */
    readonly displayName: string,
    /** The URI as it came, without angle brackets. */
    readonly uriText: string,
    /** Parameters of the header, not of the URI. */
    readonly params: Params,
  ) {}

  /** The URI, parsed at first use; undefined where it is broken. */
  get uri(): Uri | undefined {
    if (this.#uri === null) this.#uri = parseUri(this.uriText);
    return this.#uri;
  }

  /** The dialog tag, or undefined where there is none or an empty one. */
  get tag(): string | undefined {
    return this.params.get('tag') || undefined;
  }
}

/**
 * Reads one name-addr or addr-spec with its parameters (RFC 3261 §20.10); undefined where it is
 * broken: a quote or bracket left open, a comma in a bare name, a blank inside the brackets, a
 * question mark in a URI without brackets. The URI itself is only looked at for its scheme.
 */
export function parseNameAddr(text: string): NameAddr | undefined {
  const start = skipBlanks(text, 0);
  if (text.charCodeAt(start) === 0x22) {
    const end = endOfQuoted(text, start);
    if (end < 0) return undefined;
    const bracket = skipBlanks(text, end);
    if (text.charCodeAt(bracket) !== 0x3c) return undefined;
    return bracketed(text, unquote(text.slice(start, end)), bracket);
  }
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x3c) return bracketed(text, trimmedSlice(text, start, at), at);
    if (code === 0x3b) return bare(text, start, at);
    if (code === 0x2c || code === 0x22) return undefined;
  }
  return bare(text, start, text.length);
}

/** Writes `"display" <uri>`, the display name quoted and left out when empty. */
export function formatNameAddr(displayName: string, uri: string): string {
  return displayName === '' ? `<${uri}>` : `${quote(displayName)} <${uri}>`;
}

function bracketed(text: string, displayName: string, bracket: number): NameAddr | undefined {
  const close = text.indexOf('>', bracket);
  if (close < 0) return undefined;
  const uriText = text.slice(bracket + 1, close);
  if (!hasScheme(uriText)) return undefined;
  const params = parseParams(text, close + 1);
  return params === undefined ? undefined : new NameAddr(text, displayName, uriText, params);
}

// Without brackets everything from the first semicolon on belongs to the header (§20.10).
function bare(text: string, start: number, end: number): NameAddr | undefined {
  const uriText = trimmedSlice(text, start, end);
  if (!hasScheme(uriText) || uriText.includes('?')) return undefined;
  const params = parseParams(text, end);
  return params === undefined ? undefined : new NameAddr(text, '', uriText, params);
}

function hasScheme(uriText: string): boolean {
  return uriText.indexOf(':') > 0 && isUriText(uriText);
}
