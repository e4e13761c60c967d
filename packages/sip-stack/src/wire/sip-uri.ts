import { isUriText, unescapeUri } from './uri-escape.ts';
import { parseHostPort, withBrackets } from './host-port.ts';
import type { Params } from './params.ts';
import { areUriParams, readUriParams } from './uri-params.ts';

/** A `sip:` or `sips:` URI (RFC 3261 §19.1). Parts are raw: nothing is decoded or re-encoded. */
export class SipUri {
  readonly kind = 'sip';
  #params: Params | undefined;

  constructor(
    /** The URI as it came, byte for byte. */
    readonly text: string,
    readonly scheme: 'sip' | 'sips',
    /** Everything before a colon or the @, number parameters such as `;npdi;rn=` included. */
    readonly user: string | undefined,
    readonly password: string | undefined,
    /** Lower case; an IPv6 address in brackets. */
    readonly host: string,
    readonly port: number | undefined,
    /** Parameters from the first semicolon on; '' for none. */
    readonly paramsText: string,
    /** What follows the question mark, without it. Refused in most places. */
    readonly headers: string | undefined,
  ) {}

  /** Parameters of the URI, parsed at first use. */
  get params(): Params {
    this.#params ??= readUriParams(this.paramsText);
    return this.#params;
  }

  /** The user with its escapes undone; undefined without a user or with a broken escape. */
  get decodedUser(): string | undefined {
    return this.user === undefined ? undefined : unescapeUri(this.user);
  }

  /** `host:port` or `host` alone. */
  get hostPort(): string {
    return this.port === undefined ? this.host : `${this.host}:${this.port}`;
  }

  toString(): string {
    return this.text;
  }
}

/** What a SIP URI is put together from; texts must be escaped already ({@link escapeUriUser}). */
export interface SipUriParts {
  readonly scheme?: 'sip' | 'sips';
  readonly user?: string | undefined;
  readonly host: string;
  readonly port?: number | undefined;
  /** From the first semicolon on, as `;transport=tcp;lr`. */
  readonly params?: string;
}

/** Writes a SIP URI; an IPv6 host gets its brackets. */
export function formatSipUri(parts: SipUriParts): string {
  const user = parts.user === undefined || parts.user === '' ? '' : `${parts.user}@`;
  const port = parts.port === undefined ? '' : `:${parts.port}`;
  return `${parts.scheme ?? 'sip'}:${user}${withBrackets(parts.host)}${port}${parts.params ?? ''}`;
}

/** Reads a SIP URI whose scheme ends before `start`; undefined where it is broken. */
export function parseSipUri(
  text: string,
  scheme: 'sip' | 'sips',
  start: number,
): SipUri | undefined {
  if (!isUriText(text)) return undefined;
  const at = text.indexOf('@', start);
  // Only one @ may stand unescaped, so `;`, `?` and `:` before it belong to the user.
  if (at >= 0 && text.indexOf('@', at + 1) >= 0) return undefined;
  const hostStart = at < 0 ? start : at + 1;
  const question = text.indexOf('?', hostStart);
  const paramsEnd = question < 0 ? text.length : question;
  const semicolon = text.indexOf(';', hostStart);
  const hostEnd = semicolon < 0 || semicolon > paramsEnd ? paramsEnd : semicolon;
  const hostPort = parseHostPort(text, hostStart, hostEnd);
  const params = hostEnd === paramsEnd ? '' : text.slice(hostEnd, paramsEnd);
  if (hostPort === undefined || !areUriParams(params)) return undefined;
  let user: string | undefined;
  let password: string | undefined;
  if (at >= 0) {
    const colon = text.indexOf(':', start);
    const hasPassword = colon >= 0 && colon < at;
    user = text.slice(start, hasPassword ? colon : at);
    if (user === '') return undefined;
    if (hasPassword) password = text.slice(colon + 1, at);
  }
  const headers = question < 0 ? undefined : text.slice(question + 1);
  return new SipUri(text, scheme, user, password, hostPort.host, hostPort.port, params, headers);
}
