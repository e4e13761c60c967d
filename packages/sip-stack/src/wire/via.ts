import { isTokenCode, skipBlanks, trimmedSlice } from './characters.ts';
import { nextComma } from './comma-list.ts';
import { parseHostPort, withBrackets } from './host-port.ts';
import { type Params, parseParams } from './params.ts';

/** One hop of a Via header (RFC 3261 §20.42). */
export class Via {
  constructor(
    /** Upper case: `UDP`, `TCP`, `TLS`, `WS`, `WSS` or anything else (RFC 4475 §3.1.1.10). */
    readonly transport: string,
    /** Host of sent-by, lower case; an IPv6 address in brackets. */
    readonly host: string,
    /** Port of sent-by, or undefined where none was written. */
    readonly port: number | undefined,
    readonly params: Params,
  ) {}

  /** The branch; undefined in messages of RFC 2543. */
  get branch(): string | undefined {
    return this.params.get('branch');
  }

  /** Source address that the receiving hop noted; undefined where it noted none. */
  get received(): string | undefined {
    return this.params.get('received');
  }

  /** Source port noted by the receiving hop; '' where the sender only asks for it (RFC 3581). */
  get rport(): string | undefined {
    return this.params.get('rport');
  }

  /** `host:port` in lower case as the sender wrote it, for transaction keys (§17.2.3). */
  get sentBy(): string {
    return this.port === undefined ? this.host : `${this.host}:${this.port}`;
  }
}

/** What the receiving hop writes; whoever sent it wrote nothing true there. */
const STAMPS = ['received', 'rport'];

/** Reads one Via entry; undefined where it is broken. Blanks may stand around every separator. */
export function parseVia(text: string): Via | undefined {
  let at = 8;
  if (!text.startsWith('SIP/2.0/')) {
    at = protocolPart(text, protocolPart(text, skipBlanks(text, 0), 'SIP'), '2.0');
    if (at < 0) return undefined;
  }
  const transportEnd = endOfToken(text, at);
  const hostStart = skipBlanks(text, transportEnd);
  if (transportEnd === at || hostStart === transportEnd) return undefined;
  const semicolon = text.indexOf(';', hostStart);
  let hostEnd = semicolon < 0 ? text.length : semicolon;
  while (hostEnd > hostStart && isBlank(text.charCodeAt(hostEnd - 1))) hostEnd--;
  const sentBy = parseHostPort(text, hostStart, hostEnd);
  if (sentBy === undefined) return undefined;
  const params = parseParams(text, semicolon < 0 ? text.length : semicolon);
  if (params === undefined) return undefined;
  const transport = text.startsWith('UDP ', at)
    ? 'UDP'
    : text.slice(at, transportEnd).toUpperCase();
  return new Via(transport, sentBy.host, sentBy.port, params);
}

/** The first entry of a Via header value, which may be a comma-joined list. */
export function firstVia(value: string): string {
  if (!value.includes(',')) return value;
  const comma = nextComma(value, 0);
  return comma === value.length ? value : trimmedSlice(value, 0, comma);
}

/**
 * The Via value with its first entry stamped as the server transport must (RFC 3261 §18.2.1,
 * RFC 3581 §4): `received` where sent-by is another address or rport was asked for, the source
 * port in `rport` where it was asked for. What the sender wrote there itself is thrown away.
 */
export function stampSource(value: string, via: Via, address: string, port: number): string {
  const wantsPort = via.params.has('rport');
  const isOther = via.host !== withBrackets(address.toLowerCase());
  if (!wantsPort && !isOther && !via.params.has('received')) return value;
  const comma = nextComma(value, 0);
  let stamped = value.slice(0, entryEnd(value, comma)) + via.params.textWithout(STAMPS);
  if (wantsPort) stamped += `;rport=${port}`;
  if (wantsPort || isOther) stamped += `;received=${address}`;
  return stamped + value.slice(comma);
}

function entryEnd(value: string, comma: number): number {
  const semicolon = value.indexOf(';');
  let end = semicolon < 0 || semicolon > comma ? comma : semicolon;
  while (end > 0 && isBlank(value.charCodeAt(end - 1))) end--;
  return end;
}

// `SIP / 2.0 /`: the word, blanks, the slash, blanks. -1 is passed through.
function protocolPart(text: string, start: number, word: string): number {
  if (start < 0) return -1;
  const end = start + word.length;
  const part = text.slice(start, end);
  if (part !== word && part.toUpperCase() !== word) return -1;
  const slash = skipBlanks(text, end);
  return text.charCodeAt(slash) === 0x2f ? skipBlanks(text, slash + 1) : -1;
}

function endOfToken(text: string, start: number): number {
  let at = start;
  while (at < text.length && isTokenCode(text.charCodeAt(at))) at++;
  return at;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
