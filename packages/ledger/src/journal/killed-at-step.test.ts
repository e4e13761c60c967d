import { silentLog, systemClock, TimerWheel } from '@tandem/engine';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type MoneyBench, openMoneyBench } from '../../test/money-bench.ts';
import { deathOf, startKilledNode } from '../../test/run-killed-node.ts';
import { sweepHolds } from '../lease/sweep-holds.ts';
import type { MoneyStep } from '../settlement/money-step.ts';
import { SettlementQueue } from '../settlement/settlement-queue.ts';
import { Journal } from './journal.ts';
import { replayJournal } from './replay.ts';

/*
 * Real processes, ended by SIGKILL at one step of a record's way into the books; what they left is
 * replayed, and replayed again. Side by side, each with a tenant and a journal of its own.
 */

/** Steps, and which occurrence of each, from 0; before `synced` nothing is acknowledged. */
const KILLS: readonly (readonly [MoneyStep, number])[] = [
  ['synced', 2],
  ['sent', 1],
  ['committed', 1],
  ['retiring', 0],
];

interface Story {
  readonly name: string;
  readonly tenantId: string;
  readonly directory: string;
  /** What the journal acknowledged to a process that died afterwards. */
  readonly acknowledged: string[];
}

async function openStory(bench: MoneyBench, name: string): Promise<Story> {
  const tenantId = await bench.tenant(name, { balance: '1000' });
  const directory = await mkdtemp(join(tmpdir(), 'tandem-step-'));
  return { name, tenantId, directory, acknowledged: [] };
}

function start(bench: MoneyBench, story: Story, step?: MoneyStep, nth = 0) {
  const { name, tenantId, directory, acknowledged } = story;
  const node = { url: bench.url, directory, boot: name, tenantId };
  return startKilledNode(node, (charge) => void acknowledged.push(charge), step, nth);
}

/** What the next start does first; as often as it is asked to. */
async function replay({ store }: MoneyBench, { name, directory }: Story): Promise<void> {
  const clock = systemClock;
  const log = silentLog;
  const journal = await Journal.open({ directory, node: name, boot: `${name}-z`, clock, log });
  const wheel = new TimerWheel(clock);
  const onSettled = (): void => undefined;
  const queue = new SettlementQueue({ caller: store, journal, wheel, log, onSettled });
  const settleAll = queue.settleAll.bind(queue);
  await replayJournal({ journal, caller: store, settleAll, log });
  await journal.reopenSettled();
  await replayJournal({ journal, caller: store, settleAll, log });
  await journal.close();
}

/** While its tenant is locked by somebody else, the settling transaction cannot end. */
async function killInTransaction(bench: MoneyBench, story: Story, isServerLost: boolean) {
  const settling = `from pg_stat_activity where query like '%close_calls%'
    and wait_event_type = 'Lock' and datname = current_database()`;
  await bench.store.transaction(async (transaction) => {
    const child = start(bench, story);
    await expect.poll(() => story.acknowledged.length, { timeout: 60_000 }).toBeGreaterThan(0);
    await transaction.query('select 1 from tenants where id = $1 for update', [story.tenantId]);
    const waiting = async (): Promise<number> => (await bench.query(`select 1 ${settling}`)).length;
    await expect.poll(waiting, { timeout: 60_000 }).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await deathOf(child);
    if (isServerLost) await bench.query(`select pg_terminate_backend(pid) ${settling}`);
  });
}

async function expectExact(bench: MoneyBench, { name, acknowledged }: Story): Promise<void> {
  const [found] = await bench.query(
    `select count(*) filter (where amount = 0.1)::int as charged from charges
     where charge_id = any($1)`,
    [acknowledged],
  );
  expect({ name, ...found }).toEqual({ name, charged: acknowledged.length });
}

test('a process killed at any step of settlement leaves exact sums', async () => {
  await using bench = await openMoneyBench();
  const stories: Story[] = [];
  for (const [step] of KILLS) stories.push(await openStory(bench, step));
  await Promise.all(
    KILLS.map(async ([step, nth], index) => {
      expect(await deathOf(start(bench, stories[index]!, step, nth))).toBe('SIGKILL');
    }),
  );
  for (const isServerLost of [false, true]) {
    const story = await openStory(bench, isServerLost ? 'rolled-back' : 'before-commit');
    await killInTransaction(bench, story, isServerLost);
    stories.push(story);
  }
  for (const story of stories) {
    await replay(bench, story);
    await expectExact(bench, story);
  }
  expect(stories.map(({ acknowledged }) => acknowledged.length > 0)).not.toContain(false);

  // What was held and never acknowledged is closed as the calls of dead boots are.
  await bench.query(`update node_boots set state = 'dead'`);
  await sweepHolds(bench.store);
  expect(await bench.query('select distinct held, active from tenants')).toEqual([
    { held: '0.000000', active: 0 },
  ]);
  expect(await bench.contradictions()).toEqual([]);
  for (const { directory } of stories) await rm(directory, { recursive: true });
}, 180_000);
