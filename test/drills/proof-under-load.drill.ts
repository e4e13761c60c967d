import type { Reconciliation } from '@tandem/ledger';
import { freePort } from '@tandem/testing';
import { eventually, pause } from '../harness/eventually.ts';
import { furnishOneTenant, sumsOf } from '../harness/one-tenant.ts';
import { ProcessCluster } from '../harness/process-cluster.ts';
import { Sipp } from '../harness/sipp.ts';

/*
 * The proof of the books by running nodes, asked all the time while calls come and go on three of
 * them: no call in flight may be taken for lost money. Then a hold is taken away and another one
 * forged, and both must be found.
 */

const SOURCE = '127.0.0.93';
const CARRIER = '127.0.0.94';
const SECONDS = 25;
const CALLS_PER_SECOND = 15;
/** What is younger is on its way, and not looked at. */
const GRACE_MS = 6_000;

const carrier = `${CARRIER}:${await freePort(CARRIER)}`;
const [localHost = '', localPort] = carrier.split(':');
const receiveTimeoutMs = 120_000;
await using _answering = await Sipp.start({
  scenario: 'answer',
  localHost,
  localPort: Number(localPort),
  receiveTimeoutMs,
});
await using cluster = await ProcessCluster.start({ nodes: 3 });
await furnishOneTenant(cluster, { source: SOURCE, carrier, balance: '1000' });

const load = new AbortController();
let proofs = 0;
const alarms: Reconciliation[] = [];
const asking = (async () => {
  while (!load.signal.aborted) {
    const node = cluster.node((proofs % 3) + 1);
    const proof = await node.api<Reconciliation>('/reconcile');
    proofs++;
    if (!proof.isClean || proof.nodesSilent.length > 0) alarms.push(proof);
  }
})();
await Promise.all(
  cluster.nodes.map(async (node) =>
    Sipp.run({
      scenario: 'call-from-known-source',
      remote: node.sip,
      service: '12025550100',
      localHost: SOURCE,
      localPort: await freePort(SOURCE),
      calls: SECONDS * CALLS_PER_SECOND,
      callsPerSecond: CALLS_PER_SECOND,
      receiveTimeoutMs,
    }),
  ),
);
load.abort();
await asking;
const [charged] = await cluster.database.query<{ calls: string }>(
  `select count(*) as calls from charges where side = 'sale'`,
);
process.stdout.write(
  `${charged?.calls} calls charged, ${proofs} proofs meanwhile: ${alarms.length} false alarms\n`,
);
for (const alarm of alarms.slice(0, 3)) process.stdout.write(`WRONG ${JSON.stringify(alarm)}\n`);

// A running call whose hold somebody takes away, and a hold that is nobody's.
await eventually('all is settled', async () => (await sumsOf(cluster)).active === 0, 60_000);
await using _standing = await Sipp.start({
  scenario: 'long-call-from-known-source',
  remote: cluster.node(1).sip,
  service: '12025550100',
  localHost: SOURCE,
  localPort: await freePort(SOURCE),
  calls: 1,
  talkMs: GRACE_MS * 5,
  receiveTimeoutMs,
});
await eventually('the call is up', async () => (await sumsOf(cluster)).active === 1);
await pause(GRACE_MS);
await cluster.database.query(`delete from holds where side = 'sale'`);
const found = await eventually(
  'both are found',
  async () => {
    await cluster.database.query(
      `insert into holds (charge_id, boot, side, tenant_id, amount, admitted_at)
       select 'forged', boot, 'sale', (select id from tenants), 0, now() - interval '1 min'
       from node_boots where node = 'node2' and state = 'live'
       on conflict do nothing`,
    );
    const proof = await cluster.node(3).api<Reconciliation>('/reconcile');
    const { callsWithoutHold, holdsWithoutCall } = proof;
    return callsWithoutHold.length === 1 && holdsWithoutCall.includes('forged') && proof;
  },
  20_000,
);
process.stdout.write(
  `found: call without a hold ${found.callsWithoutHold.join()}, hold without a call ${found.holdsWithoutCall.join()}\n`,
);
process.exitCode = alarms.length === 0 ? 0 : 1;
