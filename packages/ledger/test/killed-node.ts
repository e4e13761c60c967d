import { silentLog, systemClock, TimerWheel } from '@tandem/engine';
import { openStore } from '@tandem/store';
import { admitCalls } from '../src/books/admit-calls.ts';
import { registerBoot } from '../src/books/boot-leases.ts';
import { writeRecord } from '../src/books/close-calls.ts';
import { makeBootHolder } from '../src/lease/boot-holder.ts';
import { Journal } from '../src/journal/journal.ts';
import { replayJournal } from '../src/journal/replay.ts';
import type { MoneyStep } from '../src/settlement/money-step.ts';
import { SettlementQueue } from '../src/settlement/settlement-queue.ts';
import { closeRecord, holdRequest } from './money-bench.ts';

/*
 * A node that does nothing but replay, hold, journal and settle, as fast as it can, until somebody
 * kills it, or it kills itself at a step. It tells its parent of each record once that is
 * acknowledged by the journal.
 *
 *   node … killed-node.ts <database url> <journal directory> <boot> <tenant id> [<step> <nth>]
 */
const [url, directory, boot, tenantId, step, nth] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  MoneyStep?,
  string?,
];
const CALLS_AT_ONCE = 20;
/** Small segments, so that some are put away soon. */
const SEGMENT_BYTES_MAX = 30_000;

let left = Number(nth ?? 0);
const onStep = (done: MoneyStep): void => {
  if (done === step && left-- <= 0) process.kill(process.pid, 'SIGKILL');
};
const clock = systemClock;
const log = silentLog;
const node = `node-of-${tenantId}`;
const store = await openStore({ url, clock, poolSize: 4 });
const segmentBytesMax = SEGMENT_BYTES_MAX;
const journal = await Journal.open({ directory, node, boot, clock, log, segmentBytesMax, onStep });
await registerBoot(store, { node, boot }, journal.predecessors, 6_000, makeBootHolder());
const queue = new SettlementQueue({
  caller: store,
  journal,
  wheel: new TimerWheel(clock),
  log,
  onSettled: () => undefined,
  onStep,
});
const settleAll = queue.settleAll.bind(queue);
await replayJournal({ journal, caller: store, settleAll, log });

for (let round = 0; ; round++) {
  const charges = Array.from({ length: CALLS_AT_ONCE }, (_, index) => `${boot}-${round}-${index}`);
  const requests = charges.map((charge) => holdRequest(charge, { tenantId }));
  await admitCalls(store, boot, requests);
  await Promise.all(
    charges.map(async (charge) => {
      const record = closeRecord(charge, { tenantId, boot });
      const segment = await journal.append({ kind: 'close', record });
      process.send!(charge);
      queue.add(writeRecord(record), segment);
    }),
  );
}
