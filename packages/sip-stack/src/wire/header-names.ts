/** Headers this stack knows, in the spelling it writes. */
const CANONICAL_NAMES = [
  'Accept',
  'Accept-Encoding',
  'Accept-Language',
  'Alert-Info',
  'Allow',
  'Allow-Events',
  'Authentication-Info',
  'Authorization',
  'Call-ID',
  'Call-Info',
  'Contact',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Language',
  'Content-Length',
  'Content-Type',
  'CSeq',
  'Date',
  'Diversion',
  'Error-Info',
  'Event',
  'Expires',
  'From',
  'Geolocation',
  'History-Info',
  'Identity',
  'In-Reply-To',
  'Info-Package',
  'Max-Forwards',
  'MIME-Version',
  'Min-Expires',
  'Min-SE',
  'Organization',
  'P-Asserted-Identity',
  'P-Early-Media',
  'P-Preferred-Identity',
  'Path',
  'Priority',
  'Privacy',
  'Proxy-Authenticate',
  'Proxy-Authorization',
  'Proxy-Require',
  'RAck',
  'Reason',
  'Record-Route',
  'Recv-Info',
  'Refer-To',
  'Referred-By',
  'Remote-Party-ID',
  'Replaces',
  'Reply-To',
  'Require',
  'Retry-After',
  'Route',
  'RSeq',
  'Server',
  'Service-Route',
  'Session-Expires',
  'SIP-ETag',
  'SIP-If-Match',
  'Subject',
  'Subscription-State',
  'Supported',
  'Timestamp',
  'To',
  'Unsupported',
  'User-Agent',
  'User-to-User',
  'Via',
  'Warning',
  'WWW-Authenticate',
] as const;

/** One-letter forms (RFC 3261 §7.3.3 and the registry: RFC 3265, 3515, 3841, 3892, 4028, 8224). */
const COMPACT_NAMES: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  n: 'identity-info',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
};

/** A header name in its two forms. */
export interface HeaderName {
  /** What it is found under: lower case, long form. */
  readonly key: string;
  /** How it is written. */
  readonly name: string;
  /** Whether it is one of this stack's own table, so that the name needs no further look. */
  readonly isKnown: boolean;
}

// Every usual spelling, so that the common case is one look-up without lower-casing. It is a
// table and not a cache: nothing that arrives can make it grow.
const NAME_BY_SPELLING: ReadonlyMap<string, HeaderName> = new Map([
  ...CANONICAL_NAMES.flatMap((name): [string, HeaderName][] => {
    const both = { key: name.toLowerCase(), name, isKnown: true };
    return [
      [both.key, both],
      [name, both],
      [name.toUpperCase(), both],
    ];
  }),
  ...Object.entries(COMPACT_NAMES).flatMap(([letter, key]): [string, HeaderName][] => {
    const name = CANONICAL_NAMES.find((known) => known.toLowerCase() === key) ?? key;
    return [
      [letter, { key, name, isKnown: true }],
      [letter.toUpperCase(), { key, name, isKnown: true }],
    ];
  }),
]);

/** Both forms of a header name; an unknown one keeps the spelling it came with. */
export function headerName(spelling: string): HeaderName {
  const known = NAME_BY_SPELLING.get(spelling);
  if (known !== undefined) return known;
  const key = spelling.toLowerCase();
  return NAME_BY_SPELLING.get(key) ?? { key, name: spelling, isKnown: false };
}

/** The one key a header is found under: lower case, long form. `v`, `VIA` and `Via` give `via`. */
export function headerKey(name: string): string {
  return headerName(name).key;
}

// Names as most write them, by length and first letter: a line is told by one comparison,
// without cutting its name out.
const USUAL_NAMES: readonly (readonly HeaderName[])[] = Array.from({ length: 32 * 32 }, (_, slot) =>
  CANONICAL_NAMES.filter((name) => usualSlot(name.length, name.charCodeAt(0)) === slot).map(
    (name) => ({ key: name.toLowerCase(), name, isKnown: true }),
  ),
);

/** The name that fills `text` from `start` to `end`; undefined unless it is spelled as usual. */
export function usualHeaderName(text: string, start: number, end: number): HeaderName | undefined {
  const candidates = USUAL_NAMES[usualSlot(end - start, text.charCodeAt(start))];
  if (candidates === undefined) return undefined;
  for (const candidate of candidates) if (text.startsWith(candidate.name, start)) return candidate;
  return undefined;
}

function usualSlot(length: number, firstCode: number): number {
  return length * 32 + (firstCode & 31);
}

const STRUCTURAL_KEYS: ReadonlySet<string> = new Set([
  'authentication-info',
  'authorization',
  'call-id',
  'contact',
  'content-encoding',
  'content-length',
  'content-type',
  'cseq',
  'from',
  'max-forwards',
  'path',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-require',
  'rack',
  'record-route',
  'replaces',
  'require',
  'route',
  'rseq',
  'service-route',
  'to',
  'via',
  'www-authenticate',
]);

/**
 * Whether a header belongs to the machinery of SIP itself, so that no value from the bus or from
 * a configuration may ever be written under its name.
 */
export function isStructuralHeader(name: string): boolean {
  return STRUCTURAL_KEYS.has(headerKey(name));
}
