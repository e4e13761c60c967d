import type { Extra } from '@tandem/engine';
import { type SipStack, withoutBrackets } from '@tandem/sip-stack';
import { isIP } from 'node:net';
import type { AddressRanges } from '../address-ranges.ts';
import { isClusterHeader } from '../headers/crossing-headers.ts';
import type { Destination } from './destination.ts';

/** Whether a branch carries the cluster's headers: it is meant for a sister node. */
export function isForCluster(extra: readonly Extra[]): boolean {
  return extra.some(([key]) => key.startsWith('osip_') && isClusterHeader(key.slice(5)));
}

/**
 * Whether a destination is a peer of the cluster, whatever name it is reached by: each address
 * it resolves to must be one. Only then may it be told what routes a call.
 */
export async function isClusterPeer(
  { parsed, uri, routes, isFlowBound }: Destination,
  peers: AddressRanges,
  stack: SipStack,
): Promise<boolean> {
  if (routes.length > 0 || isFlowBound) return false;
  const host = withoutBrackets(parsed.host);
  if (isIP(host) !== 0) return peers.has(host);
  try {
    const targets = await stack.resolve(uri);
    return targets.length > 0 && targets.every(({ address }) => peers.has(address));
  } catch {
    return false;
  }
}
