import type { Flow } from '@tandem/sip-stack';
import { AddressRanges } from '../address-ranges.ts';
import type { SipSettings } from '../config.ts';

/** The addresses that the conf knows. */
export interface PeerRanges {
  /** Nodes of the cluster that speak SIP to us. */
  readonly peers: AddressRanges;
  /** Our own load balancers. */
  readonly proxies: AddressRanges;
}

/** Reads them from the settings, which have been checked. */
export function readPeerRanges(settings: SipSettings): PeerRanges {
  return {
    peers: new AddressRanges(settings.peers),
    proxies: new AddressRanges(settings.trustedProxies),
  };
}

/** Whether a flow is that of a sister node: an address among the peers, on a listener for them. */
export function isSisterFlow(flow: Flow, { peers }: PeerRanges): boolean {
  return flow.listener.role === 'cluster' && peers.has(flow.remoteAddress);
}
