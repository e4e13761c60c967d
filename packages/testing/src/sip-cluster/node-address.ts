import type { ResolveTargets } from '@tandem/sip-stack';
import { parseUri } from '@tandem/sip-stack';

/** `address:port` at which the node of that name speaks to phones: node2 at 127.0.0.12. */
export function addressOf(name: string): string {
  return `${hostOf(name)}:5060`;
}

/**
 * `[sip] listen` of a node: for phones by UDP and TCP, and for peers of the cluster. A network in
 * memory knows places, not transports: TCP has a port of its own.
 */
export function listenOf(name: string, isLive: boolean): string {
  const host = hostOf(name);
  if (isLive) return `udp:${host}:0`;
  return `udp:${host}:5060, tcp:${host}:5062, udp:${host}:5070 name=peers role=cluster`;
}

/** Finds nodes by their names and everybody else by a literal address, as a hosts file would. */
export const resolveNodes: ResolveTargets = (uri) => {
  const parsed = parseUri(uri);
  if (parsed?.kind !== 'sip') return Promise.resolve([]);
  const { host, port = 5060, params } = parsed;
  const isNode = /^node\d+$/.test(host);
  const address = isNode ? hostOf(host) : host;
  if (!/^[\d.]+$/.test(address)) return Promise.resolve([]);
  const transport = params.get('transport') === 'tcp' ? 'tcp' : 'udp';
  return Promise.resolve([{ transport, address, port }]);
};

function hostOf(name: string): string {
  return `127.0.0.1${/\d+$/.exec(name)?.[0] ?? ''}`;
}
