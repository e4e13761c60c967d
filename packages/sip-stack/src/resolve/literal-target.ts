import { isIP } from 'node:net';

import { isSix } from '../wire/address-bytes.ts';
import { canonicalAddress } from '../wire/canonical-address.ts';
import { withoutBrackets } from '../wire/host-port.ts';
import type { SipUri } from '../wire/sip-uri.ts';
import { parseUri } from '../wire/uri.ts';
import type { TransportName } from '../transport/flow.ts';
import type { Target } from '../transport/target.ts';

const TRANSPORTS: ReadonlyMap<string, TransportName> = new Map([
  ['udp', 'udp'],
  ['tcp', 'tcp'],
  ['tls', 'tls'],
  ['ws', 'ws'],
  ['wss', 'wss'],
]);

/** The target of a SIP URI with a literal address; undefined for names and for other URIs. */
export function literalTarget(uri: string): Target | undefined {
  const parsed = parseUri(uri);
  if (parsed?.kind !== 'sip') return undefined;
  const address = hostOf(parsed);
  const transport = transportOf(parsed);
  if (transport === undefined || !isLiteral(address)) return undefined;
  const port = parsed.port ?? defaultPort(transport);
  return { transport, address: canonicalAddress(address), port };
}

// A name whose last label is a number would be refused by every resolver (RFC 3696 §2), so the
// last character tells names from addresses; only addresses pay for the exact check.
function isLiteral(host: string): boolean {
  const last = host.charCodeAt(host.length - 1);
  const isDigit = last >= 0x30 && last <= 0x39;
  return (isDigit || isSix(host)) && isIP(host) !== 0;
}

/** Host that a request to the URI goes to: `maddr` before the host (RFC 3263 §4). */
export function hostOf(uri: SipUri): string {
  return withoutBrackets(uri.params.get('maddr') ?? uri.host);
}

/** Transport the URI asks for, UDP where it asks for none; undefined for one we do not know. */
export function transportOf(uri: SipUri): TransportName | undefined {
  const asked = uri.params.get('transport')?.toLowerCase();
  const transport = asked === undefined ? 'udp' : TRANSPORTS.get(asked);
  if (uri.scheme !== 'sips') return transport;
  return transport === 'ws' || transport === 'wss' ? 'wss' : 'tls';
}

/** Port of a transport where none is written (RFC 3261 §19.1.2, RFC 7118 §5.3). */
export function defaultPort(transport: TransportName): number {
  return DEFAULT_PORTS[transport];
}

const DEFAULT_PORTS: Readonly<Record<TransportName, number>> = {
  udp: 5060,
  tcp: 5060,
  tls: 5061,
  ws: 80,
  wss: 443,
};
