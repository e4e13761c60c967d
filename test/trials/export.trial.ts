import { residentBytes } from '../harness/cpu-time.ts';
import { furnishOneTenant } from '../harness/one-tenant.ts';
import { ProcessCluster } from '../harness/process-cluster.ts';

/*
 * A million records leave a node as CSV over HTTP: how long it takes, how much the node grows by it
 * at most, and how much its loop lags meanwhile.
 *
 *   npm run trial -- export
 */

const RECORDS = 1_000_000;
const LOOK_MS = 500;
const MEBIBYTE = 1_048_576;
const GROWTH_BYTES_MAX = 100 * MEBIBYTE;
const LAG_MS_MAX = 250;

await using cluster = await ProcessCluster.start({ nodes: 1 });
await furnishOneTenant(cluster, { source: '127.0.0.95', carrier: '127.0.0.96:5060', balance: '1' });
await cluster.database.query(`
  insert into cdrs (cdr_id, call_id, leg, attempt, is_final, node, tenant_id, start_time, end_time,
    duration_ms, talk_ms, status, kind, a_number_in, b_number_in, sell_amount, user_agent)
  select 'c' || n, 'call' || n, 'a', 0, true, 'node1', (select id from tenants), now() - n * interval '1 ms',
    now(), 61000, 60000, 'answered', 'call', '=' || n, '4930' || n, 0.1, 'a phone of some maker'
  from generate_series(1, ${RECORDS}) n`);

const node = cluster.node(1);
const pid = node.pid!;
const before = await residentBytes(pid);
let most = before;
let longestLagMs = 0;
const reading = new AbortController();
const watching = (async () => {
  while (!reading.signal.aborted) {
    // The node's own: this process is busy reading.
    const lagSeconds = await node.metric('tandem_eventloop_lag_seconds');
    longestLagMs = Math.max(longestLagMs, lagSeconds * 1_000);
    most = Math.max(most, await residentBytes(pid));
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
})();
const beganMs = performance.now();
const answer = await fetch(node.url('/api/v1/cdrs/export?tenant=acme'));
let bytes = 0;
let lines = 0;
for await (const chunk of answer.body!) {
  bytes += chunk.length;
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++;
}
const tookMs = performance.now() - beganMs;
reading.abort();
await watching;
const grownBytes = most - before;
process.stdout.write(
  `${lines - 1} records, ${(bytes / MEBIBYTE).toFixed(0)} MiB in ${(tookMs / 1_000).toFixed(1)} s; ` +
    `the node grew by ${(grownBytes / MEBIBYTE).toFixed(0)} MiB from ${(before / MEBIBYTE).toFixed(0)}, ` +
    `its loop lagged by ${longestLagMs.toFixed(0)} ms at most (the worst of a second)\n`,
);
const isRight =
  lines - 1 === RECORDS && grownBytes <= GROWTH_BYTES_MAX && longestLagMs <= LAG_MS_MAX;
process.exitCode = isRight ? 0 : 1;
