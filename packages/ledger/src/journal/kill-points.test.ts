import { silentLog, systemClock, TimerWheel } from '@tandem/engine';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  closeRecord,
  holdRequest,
  type MoneyBench,
  openMoneyBench,
} from '../../test/money-bench.ts';
import { admitCalls } from '../books/admit-calls.ts';
import { closeCalls, type CloseRecord } from '../books/close-calls.ts';
import type { LegNote } from '../charge/open-charge.ts';
import { SettlementQueue } from '../settlement/settlement-queue.ts';
import { answeredCharge, answerEntryText } from './journal-entry.ts';
import { writeJournalLine } from './journal-line.ts';
import { Journal } from './journal.ts';
import { replayJournal } from './replay.ts';

async function openJournal(directory: string, boot: string): Promise<Journal> {
  return await Journal.open({ directory, node: 'node1', boot, clock: systemClock, log: silentLog });
}

async function replay(bench: MoneyBench, journal: Journal) {
  const wheel = new TimerWheel(systemClock);
  const queue = new SettlementQueue({
    caller: bench.store,
    journal,
    wheel,
    log: silentLog,
    onSettled: () => undefined,
  });
  const settleAll = queue.settleAll.bind(queue);
  return await replayJournal({ journal, caller: bench.store, settleAll, log: silentLog });
}

interface Crash {
  readonly bench: MoneyBench;
  readonly journal: Journal;
  readonly records: readonly CloseRecord[];
}

async function journalAll({ journal, records }: Crash): Promise<void> {
  await Promise.all(records.map((record) => journal.append({ kind: 'close', record })));
}

/** What happens before the process is killed; the rest is the next start's. */
const points: readonly (readonly [string, (crash: Crash) => Promise<unknown>])[] = [
  ['after the fsync, before anything is settled', journalAll],
  [
    'in the transaction, before its COMMIT',
    async (crash) => {
      await journalAll(crash);
      const { store } = crash.bench;
      await store
        .transaction(async (transaction) => {
          const caller = { call: transaction.query.bind(transaction) };
          await closeCalls(caller, crash.records);
          await transaction.query('select pg_terminate_backend(pg_backend_pid())');
        })
        .catch(() => undefined);
    },
  ],
  [
    'after the COMMIT, before the journal knows of it',
    async (crash) => {
      await journalAll(crash);
      await closeCalls(crash.bench.store, crash.records);
    },
  ],
  [
    'when half of the batches are through',
    async (crash) => {
      await journalAll(crash);
      await closeCalls(crash.bench.store, crash.records.slice(0, 5));
    },
  ],
];

describe('a kill of the process', () => {
  test.each(points)('%s, leaves exact sums', async (_, crash) => {
    const directory = await mkdtemp(join(tmpdir(), 'tandem-kill-'));
    await using bench = await openMoneyBench();
    const tenantId = await bench.tenant('acme', { balance: '10' });
    await bench.boot('b1');
    const charges = Array.from({ length: 10 }, (__, index) => `c${index}`);
    await admitCalls(
      bench.store,
      'b1',
      charges.map((charge) => holdRequest(charge, { tenantId })),
    );
    const records = charges.map((charge) => closeRecord(charge, { tenantId }));
    const journal = await openJournal(directory, 'b1');
    await crash({ bench, journal, records });
    await journal.close();

    const next = await openJournal(directory, 'b2');
    expect(await replay(bench, next)).toMatchObject({ records: 10, damaged: 0 });
    expect(next.left).toEqual([]);
    await next.close();
    expect(await bench.query('select balance, held, active from tenants')).toEqual([
      { balance: '9.000000', held: '0.000000', active: 0 },
    ]);
    expect(await bench.contradictions()).toEqual([]);
    await rm(directory, { recursive: true });
  });

  test('in the middle of a write: the torn record was not acknowledged, its hold stays held', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tandem-kill-'));
    await using bench = await openMoneyBench();
    const tenantId = await bench.tenant('acme', { balance: '10' });
    const journal = await openJournal(directory, 'b1');
    await journal.append({ kind: 'close', record: closeRecord('a', { tenantId }) });
    await journal.close();
    const torn = writeJournalLine(
      JSON.stringify({ kind: 'close', record: closeRecord('b', { tenantId }) }),
    );
    await appendFile(join(directory, '0000000001.b1.journal'), torn.slice(0, 100));
    const next = await openJournal(directory, 'b2');
    expect(await replay(bench, next)).toMatchObject({ records: 1, damaged: 0 });
    await next.close();
    expect(await bench.query('select charge_id from charges')).toEqual([{ charge_id: 'a' }]);
    await rm(directory, { recursive: true });
  });

  const chargedToTheLastBeat = async (note?: LegNote): Promise<void> => {
    const directory = await mkdtemp(join(tmpdir(), 'tandem-kill-'));
    await using bench = await openMoneyBench();
    const tenantId = await bench.tenant('acme', { balance: '10' });
    await bench.boot('b1');
    const open = {
      ...JSON.parse('{"attempt":0,"callerIn":"a","callerOut":"a","calledIn":"b","calledOut":"b"}'),
      charge: 'a',
      side: 'sale',
      boot: 'b1',
      node: 'node1',
      callId: 'x',
      tenantId,
      tenant: 'acme',
      trunkId: null,
      trunk: null,
      currency: 'USD',
      startedAt: Date.now() - 90_000,
      terms: {
        deck: 'd',
        version: 1,
        prefix: '',
        rate: '0.600000',
        first: 1,
        next: 1,
        connectFee: '0.000000',
        rounding: 'halfUp',
      },
      address: '',
      route: null,
    };
    const [row] = await bench.query<{ seen: Date }>('select last_seen as seen from node_boots');
    const journal = await openJournal(directory, 'b1');
    const answeredAt = row!.seen.getTime() - 30_000;
    if (note === undefined) await journal.append({ kind: 'answer', open, answeredAt });
    else {
      const text = answerEntryText(JSON.stringify(open), note, answeredAt);
      expect(answeredCharge(JSON.parse(text))).toEqual({ ...open, ...note });
      await journal.appendText(text, 'patient');
    }
    await journal.close();
    // A survivor saw no answer on the hold, and closed it for nothing.
    const zero = closeRecord('a', { tenantId, amount: '0.000000', by: 'orphan' });
    await closeCalls(bench.store, [zero]);
    const next = await openJournal(directory, 'b2');
    expect(await replay(bench, next)).toMatchObject({ unended: 1 });
    await next.close();
    expect(await bench.query('select balance from tenants')).toEqual([{ balance: '9.700000' }]);
    expect(await bench.contradictions()).toEqual([]);
    await rm(directory, { recursive: true });
  };

  test('after an answer: the call is charged to the node’s last beat, beside a survivor’s zero', async () => {
    await chargedToTheLastBeat({ sipCallId: 'c@phone', userAgent: 'phone', ringingAt: 1 });
  });

  test('after an answer as the release before wrote it: the same', async () => {
    await chargedToTheLastBeat();
  });
});
