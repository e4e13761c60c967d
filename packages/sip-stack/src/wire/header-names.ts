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

const CANONICAL_BY_KEY: ReadonlyMap<string, string> = new Map(
  CANONICAL_NAMES.map((name) => [name.toLowerCase(), name]),
);

// Every usual spelling, so that the common case is one look-up without lower-casing. It is a
// table and not a cache: nothing that arrives can make it grow.
const KEY_BY_SPELLING: ReadonlyMap<string, string> = new Map([
  ...CANONICAL_NAMES.flatMap((name): [string, string][] => {
    const key = name.toLowerCase();
    return [
      [key, key],
      [name, key],
      [name.toUpperCase(), key],
    ];
  }),
  ...Object.entries(COMPACT_NAMES).flatMap(([letter, key]): [string, string][] => [
    [letter, key],
    [letter.toUpperCase(), key],
  ]),
]);

/** The one key a header is found under: lower case, long form. `v`, `VIA` and `Via` give `via`. */
export function headerKey(name: string): string {
  const known = KEY_BY_SPELLING.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  return KEY_BY_SPELLING.get(lower) ?? lower;
}

/** The spelling a header is written in; an unknown one keeps the spelling it came with. */
export function canonicalHeaderName(key: string, spelling: string): string {
  return CANONICAL_BY_KEY.get(key) ?? spelling;
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
