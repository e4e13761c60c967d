import { freePort } from '@tandem/testing';
import type { CallRow } from '@tandem/console';
import { eventually, pause } from '../harness/eventually.ts';
import type { NodeProcess } from '../harness/node-process.ts';
import { isOver, isUp, Phones } from '../harness/phones.ts';
import { ProcessCluster } from '../harness/process-cluster.ts';
import { setUpTenant } from '../harness/tenant-set-up.ts';

/*
 * A node that hangs for longer than the database waits for it, and wakes up again: others have
 * closed its paid call meanwhile. It must find that out, end the call, and take new ones; and each
 * call is charged once.
 */

const CUSTOMER = '127.0.0.55';
const CARRIER = '127.0.0.56';
const NUMBER = '12025550100';
const HANGS_MS = 12_000;
const ENDS_WITHIN_MS = 4_000;

await using cluster = await ProcessCluster.start();
const carrierPort = await freePort(CARRIER);
await setUpTenant(cluster, { customer: CUSTOMER, carrier: `${CARRIER}:${carrierPort}` });
const [viewer, target] = cluster.nodes as [NodeProcess, NodeProcess];
await using phones = new Phones();
const carrier = await phones.at(viewer, 'carrier', CARRIER, carrierPort);
carrier.onCall = (call) => call.answer();
const customer = await phones.at(target, 'customer', CUSTOMER);
const call = customer.call(NUMBER);
await isUp(call);
await pause(2_500);

target.signal('SIGSTOP');
await pause(HANGS_MS);
const { calls } = await viewer.api<{ calls: CallRow[] }>('/calls');
if (calls.length > 0) throw new Error('the call of a dead node is still listed');
const rows = async (question: string): Promise<Record<string, unknown> | undefined> =>
  (await cluster.database.query<Record<string, unknown>>(question))[0];
const sale = `select closed_by as by, count(*)::int as count from charges where side = 'sale' group by 1`;
const closed = await eventually('others have closed it', async () => await rows(sale), 20_000);
if (closed['by'] !== 'orphan') throw new Error(`closed by ${String(closed['by'])}`);

target.signal('SIGCONT');
const endedMs = await isOver(call, 20_000);
const isFenced = target.output.includes('this boot was marked dead');
const wokeMs = performance.now();
const next = await eventually('it takes calls again', async () => {
  const attempt = customer.call(NUMBER);
  await eventually('an answer', () => attempt.refused.isOver || attempt.answered.isOver);
  return attempt.answered.isOver && attempt;
});
const takesCallsMs = performance.now() - wokeMs;
await next.hangUp();
const books = async () =>
  await rows(
    `select (select count(*)::int from charges where side = 'sale' and amount > 0) as sales,
      (select count(*)::int from holds where not is_void) as holds`,
  );
await eventually(
  'both calls are charged, and nothing is held',
  async () => {
    const row = await books();
    return row?.['sales'] === 2 && row['holds'] === 0;
  },
  20_000,
).catch(async (fault: unknown) => {
  throw new Error(JSON.stringify(await books()), { cause: fault });
});
const proof = await cluster.tandem(['reconcile', '--json', '--config', cluster.conf]);
const { isClean } = JSON.parse(proof.stdout) as { readonly isClean: boolean };
process.stdout.write(
  `hung for ${HANGS_MS} ms: its call was closed by others, ended ${Math.round(endedMs)} ms after it woke; ` +
    `it ${isFenced ? 'knew that it was marked dead' : 'DID NOT KNOW'}, took calls again ${Math.round(takesCallsMs)} ms later, ` +
    `two calls are charged, the books ${isClean ? 'agree' : 'DIFFER'}\n`,
);
process.exitCode = isClean && isFenced && endedMs < ENDS_WITHIN_MS ? 0 : 1;
