import { freePort } from '@tandem/testing';
import type { CallRow } from '@tandem/console';
import { eventually } from '../harness/eventually.ts';
import { ProcessCluster } from '../harness/process-cluster.ts';
import { Sipp } from '../harness/sipp.ts';
import { setUpTenant } from '../harness/tenant-set-up.ts';

/*
 * How long it takes from the request of an operator at one node until both parties of a call at
 * another node have been told: the answer of the API comes when the call's BYEs are sent.
 */

const CUSTOMER = '127.0.0.45';
const CARRIER = '127.0.0.46';
const CALLS = 100;
const BOUND_MS = 100;

await using cluster = await ProcessCluster.start();
const phone = { localHost: CARRIER, localPort: await freePort(CARRIER) };
await setUpTenant(cluster, {
  customer: CUSTOMER,
  carrier: `${phone.localHost}:${phone.localPort}`,
});
await using _answering = await Sipp.start({
  scenario: 'answer',
  receiveTimeoutMs: 120_000,
  ...phone,
});
const [asked, owner] = [cluster.node(1), cluster.node(2)];
await using _calling = await Sipp.start({
  scenario: 'long-call-from-known-source',
  remote: owner.sip,
  service: '12025550100',
  localHost: CUSTOMER,
  localPort: await freePort(CUSTOMER),
  calls: CALLS,
  callsPerSecond: 50,
});
const list = async (): Promise<readonly CallRow[]> =>
  (await asked.api<{ calls: CallRow[] }>('/calls?state=up&limit=1000')).calls;
const calls = await eventually(
  'all calls are up',
  async () => {
    const rows = await list();
    return rows.length === CALLS && rows;
  },
  30_000,
);
const spans: number[] = [];
for (const { id } of calls) {
  const beganMs = performance.now();
  const { dropped } = await asked.api<{ dropped?: boolean }>(`/calls/${id}`, { method: 'DELETE' });
  spans.push(performance.now() - beganMs);
  if (dropped !== true) throw new Error(`${id} was not dropped`);
}
await eventually('no call is left', async () => (await list()).length === 0);
spans.sort((a, b) => a - b);
const at = (share: number): string =>
  (spans[Math.ceil(share * spans.length) - 1] ?? Infinity).toFixed(1);
process.stdout.write(
  `${CALLS} calls of another node hung up one by one: median ${at(0.5)} ms, ` +
    `19 of 20 within ${at(0.95)} ms, longest ${at(1)} ms; bound ${BOUND_MS} ms\n`,
);
process.exitCode = (spans.at(-1) ?? Infinity) < BOUND_MS ? 0 : 1;
