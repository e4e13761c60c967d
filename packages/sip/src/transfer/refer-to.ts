import { keep, parseNameAddr, type SipRequest, unescapeUri } from '@tandem/sip-stack';

/** Whom a REFER sends the peer to. */
export interface ReferTarget {
  /** The URI, without headers. */
  readonly target: string;
  /** The dialog that the new call is to take over, as a Replaces value (RFC 3891). */
  readonly replaces?: string | undefined;
}

const REPLACES = 'replaces=';

/**
 * Reads Refer-To (RFC 3515 §2.1): exactly one, a SIP or telephone URI. Of the headers that its URI
 * may bring only Replaces is kept: what else it would have a phone send is left out. Undefined
 * where there is none to follow.
 */
export function readReferTo(request: SipRequest): ReferTarget | undefined {
  const [value, ...others] = request.getAll('Refer-To');
  const address = value === undefined ? undefined : parseNameAddr(value);
  const uri = address?.uri;
  if (address === undefined || others.length > 0) return undefined;
  if (uri === undefined || uri.kind === 'other') return undefined;
  if (uri.kind === 'tel') return { target: keep(address.uriText) };
  const headers = uri.headers?.split('&') ?? [];
  const replaces = headers.find((header) => header.toLowerCase().startsWith(REPLACES));
  const [target = ''] = address.uriText.split('?', 1);
  if (replaces === undefined) return { target: keep(target) };
  const dialog = unescapeUri(replaces.slice(REPLACES.length));
  return dialog === undefined ? undefined : { target: keep(target), replaces: keep(dialog) };
}

/** Writes Refer-To, Replaces escaped within its URI. */
export function formatReferTo({ target, replaces }: ReferTarget): string {
  const headers = replaces === undefined ? '' : `?Replaces=${encodeURIComponent(replaces)}`;
  return `<${target}${headers}>`;
}
