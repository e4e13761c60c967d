import { canonicalAddress } from './canonical-address.ts';
import { withoutBrackets } from './host-port.ts';
import type { Params } from './params.ts';
import type { SipUri } from './sip-uri.ts';
import type { TelUri } from './tel-uri.ts';
import { normaliseEscapes } from './uri-escape.ts';
import type { Uri } from './uri.ts';

// These matter even when only one of the two URIs has them (RFC 3261 §19.1.4).
const DECISIVE_PARAMS = ['user', 'ttl', 'method', 'maddr', 'transport'];

/**
 * Whether two URIs are the same (RFC 3261 §19.1.4, RFC 3966 §5). No port is not the default port,
 * sip is not sips, users mind their case, hosts do not. Not transitive, as the RFC itself says.
 */
export function areUrisEqual(a: Uri, b: Uri): boolean {
  if (a.text === b.text) return true;
  if (a.kind === 'sip' && b.kind === 'sip') return areSipUrisEqual(a, b);
  if (a.kind === 'tel' && b.kind === 'tel') return areTelUrisEqual(a, b);
  return false;
}

function areSipUrisEqual(a: SipUri, b: SipUri): boolean {
  return (
    a.scheme === b.scheme &&
    areHostsEqual(a.host, b.host) &&
    a.port === b.port &&
    normaliseEscapes(a.user ?? '') === normaliseEscapes(b.user ?? '') &&
    (a.user === undefined) === (b.user === undefined) &&
    normaliseEscapes(a.password ?? '') === normaliseEscapes(b.password ?? '') &&
    (a.password === undefined) === (b.password === undefined) &&
    DECISIVE_PARAMS.every((name) => a.params.has(name) === b.params.has(name)) &&
    areCommonParamsEqual(a.params, b.params) &&
    headerSet(a.headers) === headerSet(b.headers)
  );
}

// Texts of one IPv6 address may differ (RFC 5954 §4.2).
function areHostsEqual(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.charCodeAt(0) !== 0x5b || b.charCodeAt(0) !== 0x5b) return false;
  return canonicalAddress(withoutBrackets(a)) === canonicalAddress(withoutBrackets(b));
}

function areCommonParamsEqual(a: Params, b: Params): boolean {
  for (const [name, value] of a.entries()) {
    if (b.has(name) && folded(b.get(name)) !== folded(value)) return false;
  }
  return true;
}

function areTelUrisEqual(a: TelUri, b: TelUri): boolean {
  if (a.digits.toLowerCase() !== b.digits.toLowerCase()) return false;
  return paramSet(a) === paramSet(b);
}

function paramSet(uri: TelUri): string {
  return [...uri.params.entries()]
    .map(([name, value]) => `${name}=${folded(value)}`)
    .sort()
    .join(';');
}

// All headers must be there on both sides, in any order.
function headerSet(headers: string | undefined): string {
  if (headers === undefined || headers === '') return '';
  return headers
    .split('&')
    .map((header) => {
      const equals = header.indexOf('=');
      const name = equals < 0 ? header : header.slice(0, equals);
      return `${folded(name)}=${equals < 0 ? '' : normaliseEscapes(header.slice(equals + 1))}`;
    })
    .sort()
    .join('&');
}

function folded(value: string | undefined): string {
  return normaliseEscapes(value ?? '').toLowerCase();
}
