import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Phone, PhoneCall } from '@tandem/testing';
import { describe, expect, test } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { isOver, isRefused, isUp, Phones } from '../harness/phones.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';

const CUSTOMER = '127.0.0.71';

/** One set-up file: a tenant known by its address, a dear and a cheap carrier. */
function setUp(carriers: readonly Phone[]): object {
  const rate = { first: 60, next: 60, connectFee: '0' };
  return {
    decks: [
      {
        name: 'sell-a',
        kind: 'sell',
        currency: 'USD',
        rates: [{ prefix: '1', rate: '0.60', ...rate }],
      },
      {
        name: 'buy-a',
        kind: 'buy',
        currency: 'USD',
        rates: [{ prefix: '', rate: '0.10', ...rate }],
      },
    ],
    trunks: [
      { name: 'acme-in', direction: 'inbound', sources: [`${CUSTOMER}/32`] },
      ...carriers.map((carrier, index) => ({
        name: `carrier-${index + 1}`,
        direction: 'outbound',
        address: `sip:${carrier.address}`,
        deck: 'buy-a',
        breaker: { failures: 2, openSeconds: 30, probes: 1, codes: [503] },
      })),
    ],
    profiles: [
      {
        name: 'std',
        order: 'priority',
        routes: [
          { trunk: 'carrier-1', priority: 1, rewriteCalled: 's/^1/001/' },
          { trunk: 'carrier-2', priority: 2 },
        ],
      },
    ],
    tenants: [
      {
        name: 'acme',
        currency: 'USD',
        creditLimit: '0',
        deck: 'sell-a',
        profile: 'std',
        trunks: ['acme-in'],
        countries: 'any',
      },
    ],
  };
}

describe.skipIf(!hasNats)('a tenant of three nodes', () => {
  test(
    'is refused without money, routed with failover, and charged once',
    { timeout: 90_000 },
    async () => {
      await using cluster = await ProcessCluster.start();
      await using phones = new Phones();
      const node = cluster.node(1);
      const first = await phones.at(node, 'first', '127.0.0.72');
      const second = await phones.at(node, 'second', '127.0.0.73');
      const dialled: string[] = [];
      first.onCall = (call) => {
        dialled.push(`first ${calledOf(call)}`);
        call.reject(503);
      };
      second.onCall = (call) => {
        dialled.push(`second ${calledOf(call)}`);
        call.answer();
      };
      const file = path.join(cluster.directory, 'set-up.json');
      await writeFile(file, JSON.stringify(setUp([first, second])));
      const applied = await cluster.tandem(['apply', file, '--config', cluster.conf]);
      expect(applied.stderr + applied.stdout).toContain('acme');
      expect(applied.code).toBe(0);
      await eventually('every node knows the decks', async () => {
        const { nodes } = await node.api<{ nodes: { decks: unknown[] }[] }>('/nodes');
        return nodes.length === 3 && nodes.every(({ decks }) => decks.length >= 2);
      });

      const customer = await phones.at(node, 'customer', CUSTOMER);
      const poor = await isRefused(customer.call('12025550100'));
      expect(poor.status).toBe(402);
      expect(dialled).toEqual([]);

      const paid = ['recharge', 'acme', '10', '--config', cluster.conf];
      expect((await cluster.tandem(paid)).code).toBe(0);
      const call = customer.call('12025550100');
      await isUp(call);
      // The second carrier gets the number as it was dialled, not as it was rewritten for the first.
      expect(dialled).toEqual(['first 0012025550100', 'second 12025550100']);
      await call.hangUp();
      await isOver(call);

      const balance = await eventually('the call is charged', async () => {
        const rows = await cluster.database.query<{
          balance: string;
          held: string;
          active: number;
        }>('select balance, held, active from tenants');
        return Number(rows[0]?.balance) < 10 && rows[0]?.active === 0 && rows[0];
      });
      // One minute begun, at 0.60.
      expect(balance).toMatchObject({ balance: '9.400000', held: '0.000000' });
      const proof = await cluster.tandem(['reconcile', '--json', '--config', cluster.conf]);
      expect(JSON.parse(proof.stdout)).toMatchObject({ isClean: true, tenants: 1 });
      expect(proof.code).toBe(0);

      const tested = await cluster.tandem(
        ['route', 'test', '--source', CUSTOMER, '--called', '12025550100', '--json'].concat([
          '--api',
          node.url(''),
        ]),
      );
      expect(JSON.parse(tested.stdout)).toMatchObject({ outcome: 'route', tenant: 'acme' });
    },
  );
});

/** The number in the request URI of a call that came in. */
function calledOf(call: PhoneCall): string {
  return /^sip:([^@;]+)@/.exec(call.incoming?.request.uri ?? '')?.[1] ?? '';
}
