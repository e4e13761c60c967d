import { isIPv6 } from 'node:net';

import { lowerSlice, skipBlanks } from './characters.ts';

/** A host and, where one was written, its port (RFC 3261 §25.1 hostport). */
export interface HostPort {
  /** Lower case; an IPv6 address stands in its brackets. */
  readonly host: string;
  readonly port: number | undefined;
}

/**
 * Reads `host [: port]` that fills `text` from `start` to `end`; blanks may stand around the
 * colon, as Via allows. Undefined for anything else: an IPv6 address without brackets
 * (RFC 5118 §4.2), port 0 or above 65535, a letter no host name has.
 */
export function parseHostPort(text: string, start: number, end: number): HostPort | undefined {
  const hostEnd = endOfHost(text, start, end);
  if (hostEnd < 0) return undefined;
  const host = lowerSlice(text, start, hostEnd);
  if (hostEnd === end) return { host, port: undefined };
  let at = skipBlanks(text, hostEnd);
  if (at >= end) return { host, port: undefined };
  if (text.charCodeAt(at) !== 0x3a) return undefined;
  at = skipBlanks(text, at + 1);
  const port = readPort(text, at, end);
  return port === 0 ? undefined : { host, port };
}

// 0 for what is no port.
function readPort(text: string, start: number, end: number): number {
  let port = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return 0;
    port = port * 10 + digit;
    if (port > 65_535) return 0;
  }
  return port;
}

/** A host without the brackets that an IPv6 address wears in URIs, as sockets want it. */
export function withoutBrackets(host: string): string {
  return host.charCodeAt(0) === 0x5b ? host.slice(1, -1) : host;
}

/** A host as URIs and Via want it: an IPv6 address gets its brackets. */
export function withBrackets(host: string): string {
  return host.includes(':') && host.charCodeAt(0) !== 0x5b ? `[${host}]` : host;
}

function endOfHost(text: string, start: number, end: number): number {
  if (text.charCodeAt(start) === 0x5b) {
    const close = text.indexOf(']', start);
    if (close < 0 || close >= end || close - start > 46) return -1;
    const address = text.slice(start + 1, close);
    // A zone index names an interface of the sender's machine and means nothing here.
    return isIPv6(address) && !address.includes('%') ? close + 1 : -1;
  }
  let at = start;
  while (at < end && isHostCode(text.charCodeAt(at))) at++;
  return at === start ? -1 : at;
}

function isHostCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2e ||
    code === 0x2d ||
    (code >= 0x41 && code <= 0x5a) ||
    // Not in the grammar, but common in names of machines.
    code === 0x5f
  );
}
