import { parseUri, type SipUri } from '@tandem/sip-stack';

/** The URI of a trunk's peer or proxy, which may be written without its scheme. */
export function withScheme(address: string): string {
  return /^sips?:/i.test(address) ? address : `sip:${address}`;
}

/** That URI, read; undefined where it is none. */
export function parseAddress(address: string): SipUri | undefined {
  const uri = parseUri(withScheme(address));
  return uri?.kind === 'sip' ? uri : undefined;
}

/**
 * The Route that leads through an outbound proxy (RFC 3261 §8.1.2); none without a proxy, and
 * undefined where it cannot be read.
 */
export function routesThrough(outboundProxy: string | undefined): readonly string[] | undefined {
  if (outboundProxy === undefined || outboundProxy === '') return [];
  const parsed = parseAddress(outboundProxy);
  if (parsed === undefined) return undefined;
  const uri = withScheme(outboundProxy);
  return [parsed.params.has('lr') ? `<${uri}>` : `<${uri};lr>`];
}
