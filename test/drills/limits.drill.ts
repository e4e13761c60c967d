import { freePort } from '@tandem/testing';
import { eventually } from '../harness/eventually.ts';
import { furnishOneTenant, type OneTenant, sumsOf } from '../harness/one-tenant.ts';
import { ProcessCluster } from '../harness/process-cluster.ts';
import { Sipp, type SippOptions } from '../harness/sipp.ts';
import { heldMost, watchHolds } from '../soak/hold-watch.ts';

/*
 * Limits and money of one tenant whose calls come to three nodes at the same time, from SIPp: what
 * is admitted is exact over the cluster, and refusals on the wire are as they should be.
 */

const SOURCE = '127.0.0.91';
const CARRIER = '127.0.0.92';
const NODES = 3;
/** Longer than it takes to offer all calls, however busy the machine is. */
const TALK_MS = 25_000;

const carrier = `${CARRIER}:${await freePort(CARRIER)}`;
const [localHost = '', localPort] = carrier.split(':');
const faults: string[] = [];
const receiveTimeoutMs = 120_000;
await using _answering = await Sipp.start({
  scenario: 'answer',
  localHost,
  localPort: Number(localPort),
  receiveTimeoutMs,
});

await drill(
  'of 300 calls at once, a tenant of 30 gets',
  { tenant: { maxCalls: 30 } },
  async (cluster) => {
    await offer(cluster, { scenario: 'call-or-be-refused', calls: 100, talkMs: TALK_MS });
    const counts = await outcomes(cluster);
    check(counts, counts === '30 answered, 270 503 tenant.calls');
  },
);

const paced = { tenant: { maxCallsPerSecond: 20 } };
await drill(
  '20 calls a second, offered 200 a second for 8 s: in a second',
  paced,
  async (cluster) => {
    const load = { scenario: 'call-or-be-refused', calls: 533, callsPerSecond: 67, talkMs: 500 };
    await offer(cluster, load);
    const [most] = await heldMost(cluster.database);
    const inSecond = most?.mostInSecond ?? 0;
    check(`at most ${inSecond}; ${await outcomes(cluster)}`, inSecond > 0 && inSecond <= 20 + 2);
  },
);

// Six a minute, so a minute's money is 6; half a minute is held at once.
const minute = { balance: '6', perMinute: '6', tenant: { maxRate: '10.00' } };
await drill('50 calls at once with money for one minute: charged', minute, async (cluster) => {
  await offer(cluster, { scenario: 'call-until-hung-up', calls: 17 });
  const { balance } = await sumsOf(cluster);
  const policy = await cluster
    .node(1)
    .api<{ overdraftBound: string }>('/tenants/acme/billing-policy');
  const spent = 6 - Number(balance);
  const isBounded = spent > 0 && spent <= 6 + Number(policy.overdraftBound);
  const told = `${spent} of 6, bound of overdraft ${policy.overdraftBound}`;
  check(`${told}; ${await outcomes(cluster)}`, isBounded);
});

for (const fault of faults) process.stderr.write(`WRONG ${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;

async function drill(
  what: string,
  one: Partial<OneTenant>,
  work: (cluster: ProcessCluster) => Promise<void>,
): Promise<void> {
  process.stdout.write(`${what} `);
  await using cluster = await ProcessCluster.start({
    nodes: NODES,
    settings: ['ledger.slice=30s'],
  });
  await furnishOneTenant(cluster, { source: SOURCE, carrier, balance: '1000', ...one });
  await watchHolds(cluster.database);
  await work(cluster);
}

function check(told: string, isRight: boolean): void {
  process.stdout.write(`${told}\n`);
  if (!isRight) faults.push(told);
}

/** The same load on each node at the same time; resolves when all is settled. */
async function offer(
  cluster: ProcessCluster,
  load: Partial<SippOptions> & { readonly scenario: string },
) {
  const results = await Promise.all(
    cluster.nodes.map(async (node) =>
      Sipp.run({
        remote: node.sip,
        service: '12025550100',
        localHost: SOURCE,
        localPort: await freePort(SOURCE),
        callsPerSecond: 100,
        receiveTimeoutMs,
        ...load,
      }),
    ),
  );
  for (const { code, failed, errors } of results) {
    if (code !== 0)
      faults.push(`SIPp ended with ${code}, ${failed} failed: ${errors.slice(0, 500)}`);
  }
  await eventually('all is settled', async () => (await sumsOf(cluster)).active === 0, 60_000);
}

/** How calls ended, by the records. */
async function outcomes({ database }: ProcessCluster): Promise<string> {
  const rows = await database.query<{ n: string; how: string }>(`
    select count(*) as n, case when status = 'answered' then status
      else concat_ws(' ', sip_code, refused_limit) end as how
    from cdrs where leg = 'a' and kind = 'call' group by 2 order by 2 desc`);
  return rows
    .toSorted((a, b) => b.how.localeCompare(a.how))
    .map(({ n, how }) => `${n} ${how}`)
    .join(', ');
}
