import { silentLog, systemClock, TimerWheel } from '@tandem/engine';
import { openStore } from '@tandem/store';
import { admitCalls } from '../src/books/admit-calls.ts';
import { registerBoot } from '../src/books/boot-leases.ts';
import { Journal } from '../src/journal/journal.ts';
import { SettlementQueue } from '../src/settlement/settlement-queue.ts';
import { closeRecord, holdRequest } from './money-bench.ts';

/*
 * A node that does nothing but hold, journal and settle, as fast as it can, until somebody kills
 * it. It tells its parent of each record once that is acknowledged by the journal.
 *
 *   node … killed-node.ts <database url> <journal directory> <boot> <tenant id>
 */
const [url, directory, boot, tenantId] = process.argv.slice(2) as [string, string, string, string];
const CALLS_AT_ONCE = 20;

const store = await openStore({ url, clock: systemClock, poolSize: 4 });
const node = 'node1';
const journal = await Journal.open({ directory, node, boot, clock: systemClock, log: silentLog });
await registerBoot(store, { node, boot }, journal.predecessors, 6_000);
const queue = new SettlementQueue({
  caller: store,
  journal,
  wheel: new TimerWheel(systemClock),
  log: silentLog,
  onSettled: () => undefined,
});

for (let round = 0; ; round++) {
  const charges = Array.from({ length: CALLS_AT_ONCE }, (_, index) => `${boot}-${round}-${index}`);
  const requests = charges.map((charge) => holdRequest(charge, { tenantId }));
  await admitCalls(store, boot, requests);
  await Promise.all(
    charges.map(async (charge) => {
      const record = closeRecord(charge, { tenantId, boot });
      const segment = await journal.append({ kind: 'close', record });
      process.send!(charge);
      queue.add(record, segment);
    }),
  );
}
