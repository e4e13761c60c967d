import {
  describeFlow,
  type Flow,
  type FlowDescription,
  parseHostPort,
  type TransportName,
  withBrackets,
  withoutBrackets,
} from '@tandem/sip-stack';

/** A flow as it was written, and the boot of the node that wrote it. */
export interface WrittenFlow {
  readonly description: FlowDescription;
  readonly boot: string;
}

const TRANSPORTS: ReadonlySet<string> = new Set(['udp', 'tcp', 'tls', 'ws', 'wss']);

/**
 * A flow as a binding keeps it: `transport;listener;address:port;connection;boot`. A connection
 * dies with its boot, a UDP address pair outlives it.
 */
export function writeFlow(flow: Flow, boot: string): string {
  return writeDescription(describeFlow(flow), boot);
}

/** The same of a flow that is only described. */
export function writeDescription(description: FlowDescription, boot: string): string {
  const { transport, listener, remoteAddress, remotePort, connectionId } = description;
  const remote = `${withBrackets(remoteAddress)}:${remotePort}`;
  return [transport, listener, remote, connectionId, boot].join(';');
}

/** Reads what {@link writeFlow} wrote; undefined for anything else. */
export function readFlow(text: string): WrittenFlow | undefined {
  const [transport = '', listener = '', remote = '', connection = '', boot, ...rest] =
    text.split(';');
  const place = parseHostPort(remote, 0, remote.length);
  if (!isTransport(transport) || boot === undefined || rest.length > 0) return undefined;
  if (place?.port === undefined || !/^\d{1,15}$/.test(connection)) return undefined;
  const description: FlowDescription = {
    listener,
    transport,
    remoteAddress: withoutBrackets(place.host),
    remotePort: place.port,
    connectionId: Number(connection),
  };
  return { description, boot };
}

function isTransport(text: string): text is TransportName {
  return TRANSPORTS.has(text);
}
