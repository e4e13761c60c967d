import {
  type Flow,
  parseUri,
  type SipRequest,
  type SipResponse,
  withBrackets,
} from '@tandem/sip-stack';
import type { Source } from './source-address.ts';

const DEFAULT_PORT = 5060;
/** Networks that the world cannot reach: RFC 1918, RFC 6598, RFC 4193, link-local. */
const PRIVATE =
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|169\.254\.|\[f[cd]|\[fe[89ab])/i;

/** Whether a URI names the very place a packet came from. */
export function isAtSource(uriText: string, source: Source): boolean {
  const uri = parseUri(uriText);
  if (uri?.kind !== 'sip') return false;
  return uri.host === bracketed(source) && (uri.port ?? DEFAULT_PORT) === source.port;
}

/**
 * Whether the caller sits behind NAT, so that requests within his call go where his came from: he
 * wrote another address into his Via than the packet had, or a Contact in a private network that
 * it did not come from. Where a proxy recorded its route, that is followed instead.
 */
export function isCallerBehindNat(request: SipRequest, source: Source): boolean {
  if (source.isProxied || request.headers.has('Record-Route')) return false;
  const { via } = request;
  if (via.received !== undefined && via.host !== bracketed(source)) return true;
  const asksForPort = via.rport !== undefined;
  if (asksForPort && via.transport === 'UDP' && (via.port ?? DEFAULT_PORT) !== source.port) {
    return true;
  }
  return isContactUnreachable(request, bracketed(source));
}

/**
 * Whether a called party sits behind NAT: his Contact lies in a private network and his answer
 * came from the world. Where a proxy recorded its route, that is followed instead.
 */
export function isCalleeBehindNat(response: SipResponse, flow: Flow): boolean {
  if (response.headers.has('Record-Route')) return false;
  return isContactUnreachable(response, withBrackets(flow.remoteAddress));
}

// Within one private network a Contact of another host may well be meant (a proxy stood between).
function isContactUnreachable(message: SipRequest | SipResponse, source: string): boolean {
  const { contacts } = message;
  const uri = contacts === '*' ? undefined : contacts?.[0]?.uri;
  return uri?.kind === 'sip' && PRIVATE.test(uri.host) && !PRIVATE.test(source);
}

function bracketed({ host }: Source): string {
  return withBrackets(host.toLowerCase());
}
