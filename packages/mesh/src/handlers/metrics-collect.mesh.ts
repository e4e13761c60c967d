import type { Scope } from '@tandem/engine';
import type { NodeState } from '@tandem/messages';
import type { Mesh } from '../mesh.ts';

const STATES: readonly NodeState[] = ['starting', 'up', 'lagging', 'draining', 'dead'];

/** metrics.collect: peers, open questions, and what was no envelope. */
export function handleMetricsCollect(scope: Scope, mesh: Mesh): void {
  scope.handle('metrics.collect', { as: 'mesh' }, () => [
    ...mesh.membership.peers.map(({ node, state }) => ({
      name: 'tandem_node_up',
      help: 'Whether a sister node is seen alive by this one.',
      kind: 'gauge' as const,
      value: state === 'dead' ? 0 : 1,
      labels: { peer: node },
    })),
    ...mesh.membership.peers.flatMap(({ node, state }) =>
      STATES.map((each) => ({
        name: 'tandem_node_state',
        help: 'How a sister node is seen by this one: 1 for the state that it is in.',
        kind: 'gauge' as const,
        value: state === each ? 1 : 0,
        labels: { peer: node, state: each },
      })),
    ),
    ...mesh.requestSpans,
    {
      name: 'tandem_bus_questions_open',
      help: 'Questions that wait for other nodes.',
      kind: 'gauge',
      value: mesh.openQuestions,
    },
    {
      name: 'tandem_bus_malformed_total',
      help: 'Datagrams from NATS that were no messages of the cluster.',
      kind: 'counter',
      value: mesh.malformed,
    },
    {
      name: 'tandem_nats_up',
      help: 'Whether NATS is connected; 1 on a node that stands alone.',
      kind: 'gauge',
      value: mesh.state === 'down' ? 0 : 1,
    },
  ]);
}
