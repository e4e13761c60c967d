import { parseHostPort, type TransportName, withoutBrackets } from '@tandem/sip-stack';

/** One entry of `[sip] listen`: where to listen, and what the world is told of it. */
export interface ListenItem {
  readonly transport: TransportName;
  /** Literal address without brackets; a wildcard opens one socket per local address. */
  readonly host: string;
  readonly port: number;
  readonly advertise?: string;
  readonly name?: string;
  /** `cluster`: peers of the cluster are believed here. */
  readonly role?: string;
  /** `required`: who connects by tls or wss must show a certificate of `tlsAuthorities`. */
  readonly clientCertificate?: 'required' | 'none';
}

const PORTS: Readonly<Record<TransportName, number>> = {
  udp: 5060,
  tcp: 5060,
  tls: 5061,
  ws: 8088,
  wss: 7443,
};

/**
 * Reads `udp:192.0.2.1:5060 advertise=host:port name=carriers role=cluster`; the sentence of a
 * mistake instead where it cannot be read.
 */
export function parseListenItem(text: string): ListenItem | string {
  const [place = '', ...settings] = text.split(/\s+/);
  const colon = place.indexOf(':');
  const transport = place.slice(0, Math.max(colon, 0)).toLowerCase();
  if (!isTransport(transport)) {
    return `expected ${Object.keys(PORTS).join(', ')} before the address, got ${JSON.stringify(place)}`;
  }
  const where = parseWhere(place.slice(colon + 1), PORTS[transport]);
  if (where === undefined) return `expected transport:address:port, got ${JSON.stringify(place)}`;
  const given: Partial<Record<string, string>> = {};
  for (const setting of settings) {
    const [, key, value] = /^(advertise|name|role|clientCertificate)=([^;=]+)$/.exec(setting) ?? [];
    if (key === undefined || value === undefined) {
      return `expected advertise=, name=, role= or clientCertificate=, got ${JSON.stringify(setting)}`;
    }
    given[key] = value;
  }
  const { clientCertificate, ...told } = given;
  if (clientCertificate === undefined) return { transport, ...where, ...told };
  if (clientCertificate !== 'required' && clientCertificate !== 'none') {
    return `expected clientCertificate=required or =none, got ${JSON.stringify(clientCertificate)}`;
  }
  return { transport, ...where, ...told, clientCertificate };
}

// Port 0 lets the system choose, which parseHostPort rightly takes for no port of a URI.
function parseWhere(text: string, portDefault: number): { host: string; port: number } | undefined {
  if (text.endsWith(':0')) {
    const host = parseHostPort(text, 0, text.length - 2);
    return host === undefined ? undefined : { host: withoutBrackets(host.host), port: 0 };
  }
  const read = parseHostPort(text, 0, text.length);
  if (read === undefined) return undefined;
  return { host: withoutBrackets(read.host), port: read.port ?? portDefault };
}

function isTransport(text: string): text is TransportName {
  return Object.hasOwn(PORTS, text);
}
