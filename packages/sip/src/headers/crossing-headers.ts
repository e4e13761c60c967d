import type { HeaderList } from '@tandem/messages';
import {
  headerKey,
  isStructuralHeader,
  keep,
  type SipRequest,
  type SipResponse,
} from '@tandem/sip-stack';

/** Headers that cross a call by default, value untouched: keys in lower case. */
const CROSSING: ReadonlySet<string> = new Set([
  'subject',
  'alert-info',
  'call-info',
  'priority',
  'accept-contact',
  'accept-encoding',
  'accept-language',
  'accept-resource-priority',
  'content-encoding',
  'content-language',
  'mime-version',
  'p-early-media',
  'user-to-user',
  'geolocation',
  'geolocation-routing',
  'geolocation-error',
  'identity',
]);

/** What tells who or where a caller is, beside his identity itself. */
const REVEALING: ReadonlySet<string> = new Set([
  'subject',
  'call-info',
  'geolocation',
  'geolocation-routing',
  'user-to-user',
  'identity',
]);

/** Who may route a call among sisters; these never cross, whatever a list says. */
const CLUSTER_FAMILY = /^x-(?:callto|billid|nodename|username|hops|tandem-.*)$/;

const LINES_MAX = 32;
const VALUE_CHARS_MAX = 1_024;

/** Whether a header gives authority within the cluster: believed from peers, stripped elsewhere. */
export function isClusterHeader(name: string): boolean {
  return CLUSTER_FAMILY.test(name.toLowerCase());
}

/**
 * The headers of a message that cross to the other leg, copied out of the datagram: those that
 * always do and those `[sip] headers` names. At most 32 lines of 1 kB; what is longer stays here.
 */
export function readCrossingHeaders(
  message: SipRequest | SipResponse,
  further: ReadonlySet<string>,
): HeaderList {
  return readHeaders(message, (key) => mayCross(key, further));
}

/**
 * The headers of a new call: those that cross, and all `X-` headers, of which each trunk is sent
 * those that its `allowedHeaders` names. The same bounds.
 */
export function readOfferedHeaders(request: SipRequest, further: ReadonlySet<string>): HeaderList {
  return readHeaders(request, (key) => key.startsWith('x-') || mayCross(key, further));
}

/** Whether a header goes to everybody: those that always cross, and those `further` names. */
export function mayCross(key: string, further: ReadonlySet<string>): boolean {
  return CROSSING.has(key) || further.has(key);
}

/** Whether a header says more of the caller than he wants known (RFC 3323 §4.2, `header`). */
export function isRevealing(key: string): boolean {
  return REVEALING.has(key);
}

function readHeaders(
  message: SipRequest | SipResponse,
  isMeant: (key: string) => boolean,
): HeaderList {
  const lines: (readonly [string, string])[] = [];
  message.headers.forEach((key, name, value) => {
    if (!isMeant(key)) return;
    if (lines.length >= LINES_MAX || value.length > VALUE_CHARS_MAX || isClusterHeader(key)) return;
    lines.push([keep(name), keep(value)]);
  });
  return lines;
}

/** The keys of `[sip] headers`: never those that are the machinery of SIP or of the cluster. */
export function crossingKeys(names: readonly string[]): ReadonlySet<string> {
  const usable = names.filter((name) => !isStructuralHeader(name) && !isClusterHeader(name));
  return new Set(usable.map(headerKey));
}
