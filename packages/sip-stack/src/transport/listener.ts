import type { TransportName } from './flow.ts';

/** Certificates of a TLS or WSS listener, and of the connections that it opens itself. PEM texts. */
export interface TlsOptions {
  readonly certificate: string;
  readonly key: string;
  /** Authorities that the other side's certificate must come from; absent: those of the system. */
  readonly authorities?: string;
  /** Whether a client without a certificate of those authorities is refused (mutual TLS). */
  readonly isClientCertificateRequired?: boolean;
}

/** Where and as what to listen. */
export interface ListenOptions {
  readonly transport: TransportName;
  /** Literal address; `0.0.0.0` and `::` open one socket for each local address of that family. */
  readonly host: string;
  /** 0 lets the system choose; {@link Listener.port} tells which it was. */
  readonly port: number;
  /** `host` or `host:port` that peers reach us at: stands in Via, Contact and Record-Route. */
  readonly advertise?: string;
  /** Unique name; default `transport:host:port`. */
  readonly name?: string;
  /** Free text for the user of the stack, such as `cluster` or `carriers`; read from the flow. */
  readonly role?: string;
  /** Needed for `tls` and `wss`. */
  readonly tls?: TlsOptions;
  /** Origins that browsers may connect from (`ws`, `wss`); absent: any. */
  readonly origins?: readonly string[];
}

/** One open socket that receives SIP, and the constant texts that name it to the world. */
export interface Listener {
  readonly name: string;
  readonly transport: TransportName;
  readonly role: string;
  /** The address bound, literal. */
  readonly host: string;
  /** The port bound. */
  readonly port: number;
  /** Host as peers shall write it; IPv6 in brackets. */
  readonly advertisedHost: string;
  readonly advertisedPort: number;
  /** `SIP/2.0/UDP host:port;rport;branch=`, to which only the branch is added. */
  readonly viaStem: string;
}

/**
 * A SIP URI that leads to `listener`: `sip:user@host:port;transport=tcp`. For a peer that is spoken
 * to by sips it is one of sips as well (RFC 3261 §8.1.1.8, §12.1.1), where the listener is of TLS.
 */
export function contactUri(listener: Listener, user?: string, isSecure = false): string {
  const { transport, advertisedHost, advertisedPort } = listener;
  const isSips = isSecure && (transport === 'tls' || transport === 'wss');
  const at = user === undefined ? '' : `${user}@`;
  // RFC 5630 §3.1.4: with sips, transport=tls says nothing.
  const parameter = isSips && transport === 'tls' ? '' : TRANSPORT_PARAMETER[transport];
  return `${isSips ? 'sips' : 'sip'}:${at}${advertisedHost}:${advertisedPort}${parameter}`;
}

// transport=tls unless the peer uses the sips scheme, which demands TLS of every hop behind it.
const TRANSPORT_PARAMETER: Readonly<Record<TransportName, string>> = {
  udp: '',
  tcp: ';transport=tcp',
  tls: ';transport=tls',
  ws: ';transport=ws',
  wss: ';transport=ws',
};
