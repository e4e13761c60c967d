import { parseHostPort, withBrackets } from '../wire/host-port.ts';
import type { ListenOptions, Listener } from './listener.ts';
import type { TransportName } from './flow.ts';

/** The texts that a listener shows to the world, made once when its port is known. */
export class ListenerIdentity implements Listener {
  readonly name: string;
  readonly transport: TransportName;
  readonly role: string;
  readonly advertisedHost: string;
  readonly advertisedPort: number;
  readonly viaStem: string;

  constructor(
    options: ListenOptions,
    readonly host: string,
    readonly port: number,
  ) {
    const advertised = readAdvertised(options.advertise);
    this.transport = options.transport;
    this.role = options.role ?? '';
    this.advertisedHost = advertised?.host ?? withBrackets(host);
    this.advertisedPort = advertised?.port ?? port;
    this.name = options.name ?? `${options.transport}:${withBrackets(host)}:${port}`;
    const sentBy = `${this.advertisedHost}:${this.advertisedPort}`;
    // rport is asked for on streams too: proxies in between then note our source (RFC 3581 §3).
    this.viaStem = `SIP/2.0/${options.transport.toUpperCase()} ${sentBy};rport;branch=`;
  }
}

/** What `advertise` says; throws a RangeError on anything but host or host:port. */
export function readAdvertised(
  text: string | undefined,
): { readonly host: string; readonly port?: number } | undefined {
  if (text === undefined) return undefined;
  const read = parseHostPort(text, 0, text.length);
  if (read === undefined)
    throw new RangeError(`advertise: expected host or host:port, got ${text}`);
  return read.port === undefined ? { host: read.host } : { host: read.host, port: read.port };
}
