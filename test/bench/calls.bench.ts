import { TestAuthority, type TestCertificate } from '@tandem/testing';
import { furnishOneTenant } from '../harness/one-tenant.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';
import { hasSipp } from '../harness/sipp.ts';
import { answeringPhone, knownSourceConf, type Load, type LoadPlan, runLoad } from './call-load.ts';
import {
  KNOWN_HOST,
  openTlsBridge,
  phonePlace,
  type Plans,
  plansFor,
  REGISTERS_PER_SECOND,
  ROAMERS,
  TENANT_HOST,
} from './call-plans.ts';
import { datagramFloorMs } from './datagram-floor.ts';
import type { BenchResult, BenchRow } from './dispatch.bench.ts';
import { streamFloorMs } from './stream-floor.ts';

/*
 * What a call costs a node in CPU time, and whether any fails: SIPp calls through node1.
 *
 *   local       each INVITE is challenged, the callee's phone is looked up in Postgres
 *   known       from a source that needs no password, to a phone a plugin knows: no database
 *   billed      of a tenant, to a carrier: routed, limits and money held, both sides charged
 *   forwarded   the phone is at node2; both nodes are counted
 *   TCP, TLS    as local, the caller by TCP, or by TLS, all on one connection
 *   REGISTER    with a challenge, and a trip to Postgres
 *
 * Records are written throughout, and settled in Postgres. The rival of each row in the same run
 * is the floor: a plain echo of as many datagrams, or messages on a connection, at that rate. Yate
 * 6.4 took 3.5 to 6 ms at 50 to 95 calls/s on a machine of this kind. CPU of SIPp, NATS and
 * Postgres is not counted. Nodes are warmed up first; the row of the cold node is of one that has
 * just started. At 1,000 calls/s a row takes a minute, at other rates 20 s.
 *
 *   npm run bench -- calls [--json]        with --profile <folder> nodes write CPU profiles there;
 *                                          --kinds local,billed and --rates 100,1000 do those alone
 */

const RATES = [100, 300, 1_000];
const SECONDS = 20;
const SECONDS_AT_FULL_RATE = 60;
const FULL_RATE = 1_000;
/** Both nodes, SIPp and the databases share the cores. */
const FORWARDED_RATE_MAX = 300;
/** V8 goes on making code faster for some ten thousand calls. */
const WARM_UP = { callsPerSecond: 400, seconds: 25 };
const WARM_UP_OTHERS = { callsPerSecond: 250, seconds: 8 };
/** Where a node that has just started meets the load at once. */
const COLD = { callsPerSecond: 600, seconds: 5 };
/** Messages that nodes take and send: by datagram, and for TCP and TLS on the caller's connection. */
const DATAGRAMS = { local: 17, known: 13, billed: 13, callee: 6, register: 4 };
/** The kinds that are measured at each rate. */
const KINDS = ['local', 'known', 'billed'] as const;
/** The kinds that are measured beside them, at their own rates. */
const OTHERS = ['forwarded', 'streams', 'register'] as const;
const STREAMED = 11;
const FLOOR_SECONDS = 5;

/** Runs the bench. */
export async function run(): Promise<BenchResult> {
  const certificate = new TestAuthority().issue('127.0.0.11', '127.0.0.12');
  const [near, far] = [await phonePlace('127.0.0.31'), await phonePlace('127.0.0.32')];
  const [known, carrier] = [await phonePlace('127.0.0.35'), await phonePlace('127.0.0.37')];
  await using cluster = await ProcessCluster.start({
    nodes: 2,
    users: ['caller', 'near', 'far', ...ROAMERS],
    conf: knownSourceConf(KNOWN_HOST, known),
    nodeArguments: profileArguments(),
    certificate,
  });
  const [one, two] = [cluster.node(1), cluster.node(2)];
  await using _near = await answeringPhone(near, { node: one, name: 'near' });
  await using _far = await answeringPhone(far, { node: two, name: 'far' });
  await using _known = await answeringPhone(known);
  await using _carrier = await answeringPhone(carrier);
  await furnishOneTenant(cluster, {
    source: TENANT_HOST,
    carrier: `${carrier.localHost}:${carrier.localPort}`,
    balance: '1000000',
  });
  using bridge = await openTlsBridge(one);
  const plans = plansFor(one, two, bridge.address);
  const cold = await runLoad({ ...plans.known, ...COLD });
  const rows: BenchRow[] = [failedRow(`cold node at ${COLD.callsPerSecond}/s`, cold)];
  await runLoad({ ...plans.local, ...WARM_UP });
  for (const kind of ['known', 'billed', 'forwarded'] as const) {
    if (isAsked(kind)) await runLoad({ ...plans[kind], ...WARM_UP_OTHERS });
  }
  for (const rate of askedRates()) rows.push(...(await measureCalls(plans, rate)));
  if (isAsked('streams')) rows.push(...(await measureStreams(plans, certificate)));
  if (isAsked('register')) rows.push(...(await measureRegister(plans)));
  if (profileArguments().length > 0) await Promise.all([one.stop(), two.stop()]);
  return { name: 'calls', rows };
}

async function measureCalls(plans: Plans, rate: number): Promise<BenchRow[]> {
  const bound = rate >= FULL_RATE ? 0.6 : 1.5;
  const seconds = rate >= FULL_RATE ? SECONDS_AT_FULL_RATE : SECONDS;
  const rows: BenchRow[] = [];
  const measure = async (kind: (typeof KINDS)[number]): Promise<number> => {
    const rival = await datagramFloorMs(rate, DATAGRAMS[kind], FLOOR_SECONDS);
    const what = `${kind} call at ${rate}/s for ${seconds} s`;
    return await measured(
      rows,
      what,
      { ...plans[kind], callsPerSecond: rate, seconds },
      rival,
      bound,
    );
  };
  let localMs: number | undefined;
  for (const kind of KINDS) {
    if (!isAsked(kind)) continue;
    const tookMs = await measure(kind);
    if (kind === 'local') localMs = tookMs;
  }
  if (rate > FORWARDED_RATE_MAX || localMs === undefined || !isAsked('forwarded')) return rows;
  const rival = await datagramFloorMs(rate, DATAGRAMS.local, FLOOR_SECONDS);
  const what = `forwarded call at ${rate}/s, both nodes`;
  const forwardedMs = await measured(
    rows,
    what,
    { ...plans.forwarded, callsPerSecond: rate },
    rival,
  );
  const times = rounded(forwardedMs / localMs);
  rows.push({
    what: `forwarded call at ${rate}/s, of a local one`,
    value: times,
    unit: '×',
    bound: 2,
  });
  return rows;
}

async function measureStreams(plans: Plans, certificate: TestCertificate): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const kind of ['tcp', 'tls'] as const) {
    const { callsPerSecond } = plans[kind];
    const load = { callsPerSecond, messagesPerCall: STREAMED, seconds: FLOOR_SECONDS };
    const stream = await streamFloorMs(kind === 'tls' ? { ...load, certificate } : load);
    const datagrams = await datagramFloorMs(callsPerSecond, DATAGRAMS.callee, FLOOR_SECONDS);
    const what = `local call at ${callsPerSecond}/s by ${kind.toUpperCase()}`;
    await measured(rows, what, plans[kind], stream + datagrams, 1.5);
  }
  return rows;
}

async function measureRegister(plans: Plans): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const rival = await datagramFloorMs(REGISTERS_PER_SECOND, DATAGRAMS.register, FLOOR_SECONDS);
  await measured(
    rows,
    `REGISTER with challenge at ${REGISTERS_PER_SECOND}/s`,
    plans.register,
    rival,
  );
  return rows;
}

/** Runs a load and adds its rows; gives its CPU ms a call. */
async function measured(
  rows: BenchRow[],
  what: string,
  plan: LoadPlan,
  rival: number,
  bound?: number,
): Promise<number> {
  const load = await runLoad(plan);
  const value = rounded(load.cpuMsPerCall);
  const ratio = rounded(load.cpuMsPerCall / rival);
  const row = { what: `${what}, CPU`, value, unit: 'ms', rival: rounded(rival), ratio };
  rows.push(bound === undefined ? row : { ...row, bound }, failedRow(what, load));
  // The whole takes ten minutes and more: what was measured must not be lost with the rest.
  console.error(`${what}: ${value} ms of CPU, ${ratio} times the floor, ${load.failed} failed`);
  return load.cpuMsPerCall;
}

/** Whether a kind is to be measured: all are, unless `--kinds` names some. */
function isAsked(kind: (typeof KINDS)[number] | (typeof OTHERS)[number]): boolean {
  return argument('--kinds')?.split(',').includes(kind) ?? true;
}

function askedRates(): readonly number[] {
  return argument('--rates')?.split(',').map(Number) ?? RATES;
}

function argument(name: string): string | undefined {
  const index = process.argv.indexOf(name);
  return index < 0 ? undefined : process.argv[index + 1];
}

function profileArguments(): readonly string[] {
  const folder = argument('--profile');
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

function failedRow(what: string, { failed }: Load): BenchRow {
  return { what: `${what}, failed`, value: failed, unit: 'calls', bound: 0 };
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

if (process.argv[1] === import.meta.filename) {
  if (!hasSipp || !hasNats) {
    console.error(
      'SKIPPED, LOUDLY: this bench needs sipp and nats-server; npm run setup -- --test',
    );
    process.exit(1);
  }
  const result = await run();
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else console.table(result.rows);
}
