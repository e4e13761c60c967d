import type { NodeRow } from '@tandem/console';
import { describe, expect, test } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import type { NodeProcess } from '../harness/node-process.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';

/** How long a test waits for what should take three or four seconds: the machine is shared. */
const PATIENCE_MS = 15_000;

describe.skipIf(!hasNats)('the health of a node, as every other node sees it', () => {
  test('one that is killed and one that hangs are dead to all, and back when they return', async () => {
    await using cluster = await ProcessCluster.start();
    const [node1, node2, node3] = cluster.nodes as [NodeProcess, NodeProcess, NodeProcess];
    await see([node1, node2, node3], node2, 'up');

    await node2.kill();
    await see([node1, node3], node2, 'dead');
    const dead = await rowOf(node1, node2);
    expect(dead).toMatchObject({ calls: 0, seenBy: { node1: 'dead', node3: 'dead' } });
    expect(await up(node1, 'node2')).toBe(0);
    await node2.start();
    await see([node1, node3], node2, 'up');
    const back = await rowOf(node3, node2);
    expect(back.boot).not.toBe(dead.boot);

    node3.signal('SIGSTOP');
    await see([node1, node2], node3, 'dead');
    node3.signal('SIGCONT');
    await see([node1, node2], node3, 'up');
    // It was away itself: it takes nobody for dead, and is the boot that it was.
    await see([node3], node1, 'up');
    await see([node3], node2, 'up');
    expect((await rowOf(node1, node3)).seenBy).toEqual({ node1: 'up', node2: 'up' });
  });
});

/** Waits until these nodes show that one in that state, in their lists and as they see it. */
async function see(
  viewers: readonly NodeProcess[],
  node: NodeProcess,
  state: NodeRow['state'],
): Promise<void> {
  for (const viewer of viewers) {
    const what = `${viewer.name} shows ${node.name} as ${state}`;
    await eventually(
      what,
      async () => {
        const row = await rowOf(viewer, node).catch(() => undefined);
        const seen = viewer === node ? state : row?.seenBy[viewer.name];
        return row?.state === state && seen === state;
      },
      PATIENCE_MS,
    );
  }
}

async function rowOf(viewer: NodeProcess, node: NodeProcess): Promise<NodeRow> {
  const { nodes } = await viewer.api<{ nodes: NodeRow[] }>('/nodes');
  const row = nodes.find(({ name }) => name === node.name);
  if (row === undefined) throw new Error(`${viewer.name} does not list ${node.name}`);
  return row;
}

/** What `tandem_node_up{peer}` says at that node. */
async function up(viewer: NodeProcess, peer: string): Promise<number> {
  const text = await (await fetch(viewer.url('/metrics'))).text();
  const line = text.split('\n').find((each) => each.startsWith(`tandem_node_up{peer="${peer}"}`));
  return Number(line?.split(' ').at(-1) ?? Number.NaN);
}
