import { ManualClock, silentLog, systemClock, TimerWheel } from '@tandem/engine';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openMoneyBench } from '../../test/money-bench.ts';
import { deathOf, type KilledNode, startKilledNode } from '../../test/run-killed-node.ts';
import { registerBoot } from '../books/boot-leases.ts';
import { sweepHolds } from '../lease/sweep-holds.ts';
import { SettlementQueue } from '../settlement/settlement-queue.ts';
import { Journal } from './journal.ts';
import { replayJournal } from './replay.ts';

const KILLS = 2;
/** Runs the node until it has acknowledged so many records, then kills it; what it acknowledged. */
async function runAndKill(node: KilledNode, records: number): Promise<string[]> {
  const acknowledged: string[] = [];
  const child = startKilledNode(node, (charge) => {
    acknowledged.push(charge);
    if (acknowledged.length >= records) child.kill('SIGKILL');
  });
  await deathOf(child);
  return acknowledged;
}

test(`a process killed ${KILLS} times in the middle of its work charges every call once`, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tandem-killed-'));
  await using bench = await openMoneyBench();
  const tenantId = await bench.tenant('acme', { balance: '100000' });
  const acknowledged: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const node = { url: bench.url, directory, boot: `b${kill}`, tenantId };
    acknowledged.push(...(await runAndKill(node, 150 + kill * 333)));
  }
  const clock = new ManualClock(Date.now());
  const journal = await Journal.open({
    directory,
    node: `node-of-${tenantId}`,
    boot: 'z',
    clock,
    log: silentLog,
  });
  await registerBoot(
    bench.store,
    { node: `node-of-${tenantId}`, boot: 'z' },
    journal.predecessors,
    6_000,
  );
  const queue = new SettlementQueue({
    caller: bench.store,
    journal,
    wheel: new TimerWheel(systemClock),
    log: silentLog,
    onSettled: () => undefined,
  });
  const settleAll = queue.settleAll.bind(queue);
  await replayJournal({ journal, caller: bench.store, settleAll, log: silentLog });
  await sweepHolds(bench.store);
  await journal.close();

  expect(acknowledged.length).toBeGreaterThan(600);
  const [found] = await bench.query(
    `select count(*) filter (where amount = 0.1) as charged from charges
     where charge_id = any($1)`,
    [acknowledged],
  );
  expect(found).toEqual({ charged: String(acknowledged.length) });
  expect(await bench.query('select held, active from tenants')).toEqual([
    { held: '0.000000', active: 0 },
  ]);
  expect(await bench.contradictions()).toEqual([]);
  await rm(directory, { recursive: true });
}, 120_000);
