import type { CallSummary } from '@tandem/messages';
import { MemoryHub } from '@tandem/mesh';
import { describe, expect, test } from 'vitest';
import { meet, startNode, type TestNode } from '../../test/console-node.ts';

const CALLS_OF_NODE = 500;
const STATES = ['routing', 'trying', 'ringing', 'up', 'ending'] as const;

interface CallsBody {
  readonly calls: readonly { readonly id: string; readonly node: string }[];
  readonly total: number;
  readonly unanswered: readonly string[];
  readonly nextCursor?: string;
}

/** Enough of them for several chunks on the wire; many begin in the same millisecond. */
function callsOf(node: string): readonly CallSummary[] {
  const leg = { driver: 'sip', address: '192.0.2.7:5060', state: 'up', node } as const;
  return Array.from({ length: CALLS_OF_NODE }, (_, index) => ({
    id: `${node}-b1-${index}`,
    node,
    state: STATES[index % STATES.length]!,
    caller: `4420${index}`,
    called: `1415${index % 100}`,
    tenant: index % 3 === 0 ? 'acme' : 'beta',
    inboundTrunk: index % 2 === 0 ? 'in-1' : null,
    outboundTrunk: index % 7 === 0 ? 'carrier-1' : null,
    startedAt: 1_000 + Math.floor(index / 4),
    answeredAt: null,
    durationMs: 5,
    held: '0.100000',
    price: '0.050000',
    currency: 'USD',
    legs: [
      { ...leg, id: `sip/${node}-${index}a`, direction: 'incoming' },
      { ...leg, id: `sip/${node}-${index}b`, direction: 'outgoing' },
    ],
    isForwarded: false,
  }));
}

async function threeNodes(): Promise<readonly [TestNode, TestNode, TestNode]> {
  const hub = new MemoryHub();
  const [one, two, three] = await Promise.all(
    ['node1', 'node2', 'node3'].map((name) =>
      startNode(name, {
        hub,
        setup: (scope) => scope.handle('call.list', {}, () => callsOf(name)),
      }),
    ),
  );
  await meet(one!, two!);
  await meet(two!, three!);
  await meet(one!, three!);
  await expect
    .poll(() => [one, two, three].every((node) => node!.mesh.membership.peers.length === 2))
    .toBe(true);
  return [one!, two!, three!];
}

async function list({ url }: TestNode, query = ''): Promise<CallsBody> {
  const response = await fetch(`${url}/api/v1/calls?${query}`);
  return (await response.json()) as CallsBody;
}

describe('the calls of three nodes', () => {
  test('are listed whole from any of them, and pages are the same list cut up', async () => {
    const nodes = await threeNodes();
    const whole = await list(nodes[0], 'limit=20000');
    expect(whole).toMatchObject({ total: 3 * CALLS_OF_NODE, unanswered: [] });
    expect(new Set(whole.calls.map(({ id }) => id)).size).toBe(3 * CALLS_OF_NODE);
    for (const node of nodes) {
      const paged: string[] = [];
      let cursor = '';
      do {
        const page = await list(node, `limit=701${cursor}`);
        paged.push(...page.calls.map(({ id }) => id));
        cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`;
      } while (cursor !== '');
      expect(paged).toEqual(whole.calls.map(({ id }) => id));
    }
  });

  test('filters choose the same calls whichever node is asked', async () => {
    const [one, two] = await threeNodes();
    const all = ['node1', 'node2', 'node3'].flatMap(callsOf);
    const filters: readonly (readonly [string, (call: CallSummary) => boolean])[] = [
      ['tenant=acme', ({ tenant }) => tenant === 'acme'],
      ['state=ringing', ({ state }) => state === 'ringing'],
      ['node=node3', ({ node }) => node === 'node3'],
      ['trunk=carrier-1', ({ outboundTrunk }) => outboundTrunk === 'carrier-1'],
      ['caller=442011', ({ caller }) => caller.startsWith('442011')],
      ['called=14157&tenant=beta', (c) => c.called.startsWith('14157') && c.tenant === 'beta'],
    ];
    for (const [query, fits] of filters) {
      const wanted = all.filter(fits).map(({ id }) => id);
      for (const node of [one, two]) {
        const { calls, total } = await list(node, `limit=20000&${query}`);
        expect(calls.map(({ id }) => id).toSorted(), query).toEqual(wanted.toSorted());
        expect(total).toBe(wanted.length);
      }
    }
  });

  test('of a node that has ended vanish with it', async () => {
    const [one, , three] = await threeNodes();
    await three.stop();
    await expect
      .poll(async () => (await list(one, 'limit=1')).total, { timeout: 10_000 })
      .toBe(2 * CALLS_OF_NODE);
    const { calls, unanswered } = await list(one, 'limit=20000');
    expect(calls.some(({ node }) => node === 'node3')).toBe(false);
    expect(unanswered).toEqual([]);
  });

  test('of a node that does not answer in time are missing, and it is named', async () => {
    const hub = new MemoryHub();
    const one = await startNode('node1', {
      hub,
      setup: (scope) => scope.handle('call.list', {}, () => callsOf('node1')),
    });
    const hung = await startNode('node2', {
      hub,
      setup: (scope) =>
        scope.handle('call.list', {}, async () => await new Promise<never>(() => undefined)),
    });
    await meet(one, hung);
    const { total, unanswered } = await list(one, 'limit=1');
    expect({ total, unanswered }).toEqual({ total: CALLS_OF_NODE, unanswered: ['node2'] });
  });
});
