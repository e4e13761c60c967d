import type { Scope } from '@tandem/engine';
import type { Leases } from '@tandem/messages';
import type { LinkTable } from '../link/link-table.ts';

/** metrics.collect: legs between nodes, leases held, headers taken from strangers. */
export function handleClusterMetrics(
  scope: Scope,
  table: LinkTable,
  leases: Leases,
  counters: { readonly strippedHeaders: number; readonly malformedFrames: number },
): void {
  scope.handle('metrics.collect', { as: 'cluster' }, () => [
    {
      name: 'tandem_cluster_legs',
      help: 'Legs between this node and others.',
      kind: 'gauge',
      value: table.size,
    },
    {
      name: 'tandem_cluster_legs_remembered',
      help: 'Ended legs that are still remembered, so that repeats are known.',
      kind: 'gauge',
      value: table.remembered,
    },
    {
      name: 'tandem_cluster_events_unacked',
      help: 'Events of legs between nodes that wait for an acknowledgement.',
      kind: 'gauge',
      value: table.unacked,
    },
    {
      name: 'tandem_cluster_malformed_frames_total',
      help: 'Events from other nodes that were none.',
      kind: 'counter',
      value: counters.malformedFrames,
    },
    {
      name: 'tandem_cluster_leases',
      help: 'Leases of dynamic resources that this node holds.',
      kind: 'gauge',
      value: leases.held.length,
    },
    {
      name: 'tandem_cluster_stripped_headers_total',
      help: 'Cluster headers that came from strangers and were taken away.',
      kind: 'counter',
      value: counters.strippedHeaders,
    },
  ]);
}
