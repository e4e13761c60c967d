import {
  type Flow,
  parseVia,
  type SipRequest,
  type Via,
  withBrackets,
  withoutBrackets,
} from '@tandem/sip-stack';
import type { AddressRanges } from '../address-ranges.ts';

/** Where a request comes from. */
export interface Source {
  /** Literal address without brackets; the name in the Via where a trusted proxy noted none. */
  readonly host: string;
  readonly port: number;
  /** It came through a proxy of ours, so the flow leads there and not to the sender. */
  readonly isProxied: boolean;
}

const HOPS_MAX = 8;

/**
 * The address a request comes from: that of the packet, and while it is a proxy of ours, what
 * that proxy noted of the hop before it. From anyone else Via says nothing.
 */
export function sourceAddress(request: SipRequest, flow: Flow, proxies: AddressRanges): Source {
  let source: Source = { host: flow.remoteAddress, port: flow.remotePort, isProxied: false };
  if (!proxies.has(source.host)) return source;
  const vias = request.list('Via').slice(0, HOPS_MAX);
  for (let hop = 1; hop < vias.length && proxies.has(source.host); hop++) {
    const via = parseVia(vias[hop] ?? '');
    if (via === undefined) break;
    source = noted(via);
  }
  return source;
}

/** A source as lists and records show it: `host:port`. */
export function showSource({ host, port }: Source): string {
  return `${withBrackets(host)}:${port}`;
}

function noted(via: Via): Source {
  const host = withoutBrackets(via.received ?? via.host);
  const port = Number(via.rport) || via.port || 5060;
  return { host, port, isProxied: true };
}
