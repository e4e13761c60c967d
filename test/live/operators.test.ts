import type { CallRow, NodeRow } from '@tandem/console';
import type { CdrParams } from '@tandem/messages';
import { freePort, type PhoneCall } from '@tandem/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import type { NodeProcess } from '../harness/node-process.ts';
import { isOver, isUp, Phones } from '../harness/phones.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';
import { setUpTenant } from '../harness/tenant-set-up.ts';

/** How long a test waits for what should take three or four seconds: the machine is shared. */
const PATIENCE_MS = 15_000;
/** Three processes, a database and a tenant, on a machine with other things to do. */
const SET_UP_MS = 180_000;

const CUSTOMER = '127.0.0.81';
const CARRIER = '127.0.0.82';
const NUMBER = '12025550100';

describe.skipIf(!hasNats)('three nodes and who runs them', { timeout: 120_000 }, () => {
  let cluster: ProcessCluster;
  let nodes: readonly [NodeProcess, NodeProcess, NodeProcess];
  let carrierPort: number;

  beforeAll(async () => {
    cluster = await ProcessCluster.start();
    nodes = cluster.nodes as typeof nodes;
    carrierPort = await freePort(CARRIER);
    await setUpTenant(cluster, { customer: CUSTOMER, carrier: `${CARRIER}:${carrierPort}` });
  }, SET_UP_MS);
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
  });

  const hangup = async (at: NodeProcess, args: readonly string[], input?: string) =>
    await cluster.tandem(['hangup', ...args, '--api', at.url('')], input);

  test('a call of any node is hung up from any node, by one command or many at once', async () => {
    const [node1, node2, node3] = nodes;
    await using phones = new Phones();
    const carrier = await phones.at(node1, 'carrier', CARRIER, carrierPort);
    const carriers: PhoneCall[] = [];
    carrier.onCall = (call) => {
      carriers.push(call);
      call.answer();
    };
    const customers = await Promise.all(
      nodes.map(async (node) => await phones.at(node, 'customer', CUSTOMER)),
    );
    const calls = customers.map((customer) => customer.call(NUMBER));
    for (const call of calls) await isUp(call);
    const listed = await listCalls(node1);
    expect(listed.map(({ node }) => node).toSorted()).toEqual(['node1', 'node2', 'node3']);
    const target = listed.find(({ node }) => node === 'node2')!;

    const none = await hangup(node3, [`${target.id}9`]);
    expect(none).toMatchObject({ code: 1 });
    expect(none.stderr).toContain('there is no call');
    const one = await hangup(node3, [target.id, '--reason', 'fraud']);
    expect(one, one.stderr).toMatchObject({ code: 0 });
    await isOver(calls[1]!);
    const farEnd = await eventually('the carrier hears it', () =>
      carriers.find(({ ended }) => ended.isOver),
    );
    for (const call of [calls[1]!, farEnd]) {
      const bye = call.requests.find(({ method }) => method === 'BYE');
      expect(bye?.headers.get('Reason')).toMatch(/Q\.850;\s*cause=31/);
    }
    await eventually('the record says who ended it', async () => {
      const records = await node2.cdrs();
      const finals = records.filter(({ operation }) => operation === 'finalize');
      return finals.length === 2 && finals.every((cdr) => isByOperator(cdr, 'fraud'));
    });

    const rest = await cluster.tandem([
      'calls',
      '--tenant',
      'acme',
      '--json',
      '--api',
      node3.url(''),
    ]);
    const many = await hangup(node2, ['-'], rest.stdout);
    expect(many, many.stderr).toMatchObject({ code: 0 });
    for (const call of calls) await isOver(call);
    await eventually('no call is left', async () => (await listCalls(node1)).length === 0);
  });

  test('one that is killed and one that hangs are dead to all, and back when they return', async () => {
    const [node1, node2, node3] = nodes;
    await see(nodes, node2, 'up');
    await using phones = new Phones();
    const carrier = await phones.at(node1, 'carrier', CARRIER, carrierPort);
    carrier.onCall = (call) => call.answer();
    const customer = await phones.at(node2, 'customer', CUSTOMER);
    await isUp(customer.call(NUMBER));
    const [orphan] = await listCalls(node1);

    await node2.kill();
    await see([node1, node3], node2, 'dead');
    const dead = await rowOf(node1, node2);
    expect(dead).toMatchObject({ calls: 0, seenBy: { node1: 'dead', node3: 'dead' } });
    expect(await up(node1, 'node2')).toBe(0);
    // Its call is closed by the others, and whoever wants it ended is told so.
    const ended = await hangup(node3, [orphan!.id, '--json']);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect((JSON.parse(ended.stdout) as { orphan: string }).orphan).toMatch(/^(?:waiting|closed)$/);
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

async function listCalls(node: NodeProcess): Promise<readonly CallRow[]> {
  return (await node.api<{ calls: CallRow[] }>('/calls')).calls;
}

function isByOperator({ hangupBy, reason }: CdrParams, said: string): boolean {
  return hangupBy === 'operator' && reason === said;
}

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
