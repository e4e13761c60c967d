import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock, TimerWheel } from '@tandem/engine';
import type { Store } from '@tandem/store';
import { Journal } from '../../packages/ledger/src/journal/journal.ts';
import { replayJournal } from '../../packages/ledger/src/journal/replay.ts';
import { SettlementQueue } from '../../packages/ledger/src/settlement/settlement-queue.ts';
import { closeRecord } from '../../packages/ledger/test/money-bench.ts';
import type { BenchRow } from './dispatch.bench.ts';

/** As many at once as a busy node has in one turn of its loop. */
const AT_ONCE = 1_000;
/** Between two looks at the memory, ms. */
const LOOK_MS = 50;
/** Three quarters of a node that starts with a long journal: it must not grow with it, MB. */
const GROWTH_MB = 200;

/** A journal written as fast as the disk takes it, and replayed into the database by the next boot. */
export async function journalAndReplay(
  store: Store,
  tenants: readonly string[],
  records: number,
): Promise<BenchRow[]> {
  const directory = await mkdtemp(join(tmpdir(), 'tandem-bench-'));
  const clock = systemClock;
  const log = silentLog;
  const options = { directory, node: 'n', clock, log };
  try {
    const journal = await Journal.open({ ...options, boot: 'b1' });
    const appends = await perSecond(records, async () => {
      for (let done = 0; done < records; done += AT_ONCE) {
        const size = Math.min(AT_ONCE, records - done);
        await Promise.all(
          Array.from({ length: size }, (_, index) => {
            const number = done + index;
            const tenantId = tenants[number % tenants.length] ?? null;
            const record = closeRecord(`replayed-${number}`, { tenantId });
            return journal.append({ kind: 'close', record });
          }),
        );
      }
    });
    await journal.close();

    const next = await Journal.open({ ...options, boot: 'b2' });
    const onSettled = (): void => undefined;
    const wheel = new TimerWheel(clock);
    const queue = new SettlementQueue({ caller: store, journal: next, wheel, log, onSettled });
    const settleAll = queue.settleAll.bind(queue);
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    let most = before;
    const looking = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, LOOK_MS);
    let replayed = 0;
    const rate = await perSecond(records, async () => {
      const found = await replayJournal({ journal: next, caller: store, settleAll, log });
      replayed = found.records;
    });
    clearInterval(looking);
    await next.close();
    if (replayed !== records) throw new Error(`${replayed} of ${records} records were replayed`);
    const grownMb = Math.round((most - before) / 2 ** 20);
    const seconds = Math.round(records / rate);
    return [
      { what: 'journal appends, fsynced', value: appends, unit: '/s' },
      {
        what: `${records} records replayed into the database, ${seconds} s`,
        value: rate,
        unit: '/s',
      },
      { what: 'memory that the replay took', value: grownMb, unit: ' MB', bound: GROWTH_MB },
    ];
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return Math.round((count * 1_000) / (performance.now() - startedMs));
}
