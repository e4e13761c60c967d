import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually, pause } from '../harness/eventually.ts';
import { furnishOneTenant, proveBooks } from '../harness/one-tenant.ts';
import { isUp, Phones } from '../harness/phones.ts';
import { ProcessCluster } from '../harness/process-cluster.ts';

/*
 * Somebody sets the clock of the machines during calls, an hour on and two hours back: calls go on,
 * last as long as they lasted, and begin when the database says that they did. Needs libfaketime.
 */

const CUSTOMER = '127.0.0.98';
const CARRIER = '127.0.0.97';
const TALK_MS = 4_000;
const JUMPS_SECONDS = [3_600, -7_200, 0];
/** Between what a caller sees of a call and what its record says, ms. */
const SLACK_MS = 1_500;

const library = readdirSync('/usr/lib', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`)
  .find((file) => existsSync(file));
if (library === undefined) {
  process.stdout.write('SKIPPED, LOUDLY: no libfaketime here; apt-get install faketime\n');
  process.exit(0);
}

let clock = '';
const prefix = (stateDirectory: string): readonly string[] => {
  // One file for all nodes, beside their state.
  clock = path.join(path.dirname(stateDirectory), '..', 'clock');
  writeFileSync(clock, '+0\n');
  return [
    'env',
    `LD_PRELOAD=${library}`,
    'FAKETIME_DONT_FAKE_MONOTONIC=1',
    'FAKETIME_NO_CACHE=1',
    `FAKETIME_TIMESTAMP_FILE=${clock}`,
  ];
};
await using cluster = await ProcessCluster.start({ nodes: 2, prefix });
await using phones = new Phones();
const carrier = await phones.at(cluster.node(1), 'carrier', CARRIER);
carrier.onCall = (call) => call.answer();
await furnishOneTenant(cluster, { source: CUSTOMER, carrier: carrier.address, balance: '100' });
const customer = await phones.at(cluster.node(1), 'customer', CUSTOMER);

const talkedMs: number[] = [];
for (const seconds of JUMPS_SECONDS) {
  const call = customer.call('12025550100');
  await isUp(call);
  const beganMs = performance.now();
  await pause(TALK_MS / 2);
  writeFileSync(clock, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  await pause(TALK_MS / 2);
  if (call.ended.isOver) throw new Error(`a call ended when the clock was set by ${seconds} s`);
  await call.hangUp();
  talkedMs.push(performance.now() - beganMs);
  // Calls refused for the clock's sake would be seen here: the next one begins under it.
  await pause(500);
}
const records = await eventually(
  'all calls are charged',
  async () => {
    const rows = await cluster.database.query<{ talk: number; ago: number }>(`
      select talk_ms::int as talk, extract(epoch from clock_timestamp() - start_time)::int as ago
      from cdrs where leg = 'a' order by start_time`);
    return rows.length === JUMPS_SECONDS.length && rows;
  },
  30_000,
);
const calls = records.map((record, index) => ({ ...record, seen: talkedMs.at(index) ?? 0 }));
const isExact = calls.every(
  ({ talk, ago, seen }) => Math.abs(talk - seen) <= SLACK_MS && ago >= 0 && ago < 300,
);
const told = calls.map(({ talk, seen }) => `${talk} of ${seen.toFixed(0)} ms`);
process.stdout.write(`clock set by ${JUMPS_SECONDS.join(', ')} s: talked ${told.join(', ')}\n`);
await proveBooks(cluster);
process.exitCode = isExact ? 0 : 1;
