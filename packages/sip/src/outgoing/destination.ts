import { type ExecuteParams, type Refusal, refuse } from '@tandem/messages';
import {
  type Flow,
  parseUri,
  type RequestPath,
  type SipUri,
  withBrackets,
} from '@tandem/sip-stack';
import type { LegHost } from '../leg/leg-host.ts';
import { readFlow } from '../register/flow-code.ts';
import { routesThrough, withScheme } from '../trunk/trunk-route.ts';

/** Where an INVITE goes and by which way. */
export interface Destination {
  /** Request-URI, byte for byte. */
  readonly uri: string;
  readonly parsed: SipUri;
  /** Route header values, topmost first. */
  readonly routes: readonly string[];
  readonly path: RequestPath;
  /** The peer is only reached by the flow it opened. */
  readonly isFlowBound: boolean;
  /** `host:port` for lists. */
  readonly address: string;
}

/** What of a branch says by which way it is reached. */
export type DestinationParams = Pick<
  ExecuteParams,
  'connection' | 'path' | 'outboundProxy' | 'driverOptions'
>;

/**
 * Reads the target of `sip/…`: a URI, or Yate's `user@host`. A registered phone is reached by the
 * flow stored with its binding, or by the Path of its proxy; a flow of a connection that ended,
 * or of a former boot, means that the phone is not here.
 */
export function readDestination(
  target: string,
  params: DestinationParams,
  host: LegHost,
  boot: string,
): Destination | Refusal {
  const uri = withScheme(target);
  const parsed = parseUri(uri);
  if (parsed?.kind !== 'sip') return refuse('noroute', `no SIP address: ${target}`);
  if (parsed.headers !== undefined) return refuse('noroute', 'an address with headers');
  const routes = routesOf(params);
  if (routes === undefined) return refuse('noconn', 'a route that cannot be read');
  const listener = listenerOf(params);
  const flow = findFlow(params.connection, host, boot);
  if (flow === 'gone') return refuse('offline', 'the connection of the phone is closed');
  if (flow !== undefined) {
    const address = `${withBrackets(flow.remoteAddress)}:${flow.remotePort}`;
    return { uri, parsed, routes, path: { flow }, isFlowBound: true, address };
  }
  // RFC 3263 §4.3: a server that answers 503 has failed, and the next one of its name is asked.
  const isNextTriedOn503 = true;
  const path = listener === undefined ? { isNextTriedOn503 } : { isNextTriedOn503, listener };
  return { uri, parsed, routes, path, isFlowBound: false, address: parsed.hostPort };
}

function findFlow(
  connection: string | undefined,
  host: LegHost,
  boot: string,
): Flow | 'gone' | undefined {
  const written = connection === undefined ? undefined : readFlow(connection);
  if (written === undefined) return undefined;
  const isUdp = written.description.transport === 'udp';
  if (!isUdp && written.boot !== boot) return 'gone';
  const flow = host.stack.findFlow(written.description);
  if (flow?.isOpen) return flow;
  // A UDP listener that is no more leaves the address that was stored, which may still do.
  return isUdp ? undefined : 'gone';
}

function routesOf({ path, outboundProxy }: DestinationParams): readonly string[] | undefined {
  if (path !== undefined && path.length > 0) return path;
  return routesThrough(outboundProxy);
}

function listenerOf({ driverOptions }: DestinationParams): string | undefined {
  const name = driverOptions?.['listener'];
  return typeof name === 'string' && name !== '' ? name : undefined;
}
