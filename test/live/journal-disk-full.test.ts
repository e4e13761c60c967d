import { spawnSync } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { furnishOneTenant, proveBooks, sumsOf } from '../harness/one-tenant.ts';
import { isOver, isRefused, isUp, Phones } from '../harness/phones.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';

/** A file system of its own for the journal, in a namespace that ends with the node. */
const DISK = 'mkdir -p "$0" && mount -t tmpfs -o size=96m none "$0" && exec "$@"';
const NAMESPACE = ['unshare', '--map-root-user', '--mount'];
const CUSTOMER = '127.0.0.74';
const LATE_MS = 30_000;

const [unshare = '', ...unshareArguments] = NAMESPACE;
const hasNamespaces = spawnSync(unshare, [...unshareArguments, 'true']).status === 0;
if (!hasNamespaces) {
  console.warn('SKIPPED, LOUDLY: no mount namespaces here, so no disk can be filled');
}

describe.skipIf(!hasNats || !hasNamespaces)('a node whose journal’s disk is full', () => {
  test(
    'refuses new calls, keeps running ones, says so, and goes on when there is space',
    { timeout: 120_000 },
    async () => {
      const journalOf = (state: string): string => path.join(state, 'journal');
      await using cluster = await ProcessCluster.start({
        nodes: 1,
        prefix: (state) => [...NAMESPACE, 'sh', '-c', DISK, journalOf(state)],
      });
      await using phones = new Phones();
      const node = cluster.node(1);
      const carrier = await phones.at(node, 'carrier', '127.0.0.75');
      carrier.onCall = (call) => call.answer();
      const one = { source: CUSTOMER, carrier: carrier.address, balance: '10' };
      await furnishOneTenant(cluster, one);
      const customer = await phones.at(node, 'customer', CUSTOMER);
      const kept = customer.call('12025550100');
      await isUp(kept);
      const ended = customer.call('12025550101');
      await isUp(ended);

      const inside = `/proc/${node.pid}/root`;
      const filler = path.join(inside, journalOf(path.join(cluster.directory, 'data/node1')), 'x');
      await fill(filler);
      const takes = async (): Promise<boolean> =>
        (await node.metric('tandem_journal_takes_calls')) === 1;
      await eventually('it sees that the disk is full', async () => !(await takes()), LATE_MS);
      expect(node.output).toContain('too little space for the journal');
      expect((await isRefused(customer.call('12025550102'))).status).toBe(503);
      expect(await (await fetch(node.url('/readyz'))).text()).toContain(
        'calls cannot be journaled',
      );
      expect(kept.ended.isOver).toBe(false);
      // Its record finds no place on the disk; the call itself ends as ever.
      expect(await ended.hangUp()).toBe(200);
      await eventually(
        'the disk was tried',
        () => node.output.includes('the journal cannot be written'),
        LATE_MS,
      );
      expect((await sumsOf(cluster)).active).toBe(2);

      await rm(filler);
      await eventually('calls are taken again', takes, LATE_MS);
      const after = customer.call('12025550103');
      await isUp(after);
      for (const call of [kept, after]) {
        await call.hangUp();
        await isOver(call);
      }
      const sums = await eventually(
        'all is charged',
        async () => {
          const now = await sumsOf(cluster);
          return now.active === 0 && now;
        },
        LATE_MS * 2,
      );
      expect(Number(sums.balance)).toBeLessThanOrEqual(10 - 3 * 0.01);
      const charged = `select count(*)::int as n from charges where side = 'sale' and amount > 0`;
      expect(await cluster.database.query(charged)).toEqual([{ n: 3 }]);
      await proveBooks(cluster);
    },
  );
});

/** Writes until there is no space left. */
async function fill(file: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (let bytes = 1 << 20; bytes >= 1;) {
      const written = await handle.write(Buffer.alloc(bytes)).then(
        ({ bytesWritten }) => bytesWritten,
        () => 0,
      );
      if (written < bytes) bytes = Math.floor(bytes / 16);
    }
  } finally {
    await handle.close();
  }
}
