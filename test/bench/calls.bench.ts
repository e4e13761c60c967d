import { freePort } from '@tandem/testing';
import type { NodeProcess } from '../harness/node-process.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';
import { hasSipp } from '../harness/sipp.ts';
import {
  answeringPhone,
  knownSourceConf,
  type Load,
  type LoadPlan,
  type PhonePlace,
  runLoad,
} from './call-load.ts';
import { datagramFloorMs } from './datagram-floor.ts';
import type { BenchResult, BenchRow } from './dispatch.bench.ts';

/*
 * What a call costs a node in CPU time, and whether any fails: SIPp calls through node1.
 *
 *   local       each INVITE is challenged, the callee's phone is looked up in Postgres
 *   known       from a source that needs no password, to a phone a plugin knows: no database
 *   forwarded   the phone is at node2; both nodes are counted
 *   TCP         as local, the caller by TCP
 *
 * Records are written throughout. The rival in the same run is a plain echo of as many datagrams
 * (for forwarded calls the local ones); Yate 6.4 took 3.5 to 6 ms at 50 to 95 calls/s on a machine
 * of this kind. CPU of SIPp, NATS and Postgres is not counted. Nodes are warmed up first.
 *
 *   npm run bench -- calls [--json]        with --profile <folder> nodes write CPU profiles there
 */

const SECONDS = 20;
const RATES = [100, 300, 1_000];
/** Both nodes, SIPp and the databases share the cores. */
const FORWARDED_RATE_MAX = 300;
const REGISTERS_PER_SECOND = 200;
/** Each registers once a second: two at a time of one user would rightly refuse the older one. */
const ROAMERS = Array.from({ length: REGISTERS_PER_SECOND }, (_, index) => `roamer${index}`);
const WARM_UP = { callsPerSecond: 250, seconds: 8 };
/** Datagrams that node1 takes and sends: with the challenge, and without. */
const DATAGRAMS = { local: 17, known: 13 };
const FLOOR_SECONDS = 5;
const CALLER_HOST = '127.0.0.33';
const KNOWN_HOST = '127.0.0.34';

/** Runs the bench. */
export async function run(): Promise<BenchResult> {
  const [near, far] = [await at('127.0.0.31'), await at('127.0.0.32')];
  const known = await at('127.0.0.35');
  await using cluster = await ProcessCluster.start({
    nodes: 2,
    users: ['caller', 'near', 'far', ...ROAMERS],
    conf: knownSourceConf(KNOWN_HOST, known),
    nodeArguments: profileArguments(),
  });
  const [one, two] = [cluster.node(1), cluster.node(2)];
  await using _near = await answeringPhone(near, { node: one, name: 'near' });
  await using _far = await answeringPhone(far, { node: two, name: 'far' });
  await using _known = await answeringPhone(known);
  const plans = plansFor(one, two);
  for (const plan of [plans.local, plans.known, plans.forwarded]) {
    await runLoad({ ...plan, ...WARM_UP });
  }
  const rows: BenchRow[] = [];
  for (const rate of RATES) rows.push(...(await measure(plans, rate)));
  const [tcp, register] = [await runLoad(plans.tcp), await runLoad(plans.register)];
  rows.push(
    costRow(`local call at ${plans.tcp.callsPerSecond}/s by TCP`, tcp, { bound: 1.5 }),
    failedRow(`local calls by TCP`, tcp),
    costRow(`REGISTER with challenge at ${REGISTERS_PER_SECOND}/s`, register, {}),
    failedRow('registrations', register),
  );
  if (profileArguments().length > 0) await Promise.all([one.stop(), two.stop()]);
  return { name: 'calls', rows };
}

async function measure(plans: Plans, rate: number): Promise<BenchRow[]> {
  const bound = rate >= 1_000 ? 0.6 : 1.5;
  const rows: BenchRow[] = [];
  let localMs = 0;
  for (const kind of ['local', 'known'] as const) {
    const rival = await datagramFloorMs(rate, DATAGRAMS[kind], FLOOR_SECONDS);
    const load = await runLoad({ ...plans[kind], callsPerSecond: rate });
    if (kind === 'local') localMs = load.cpuMsPerCall;
    const what = `${kind} call at ${rate}/s`;
    rows.push(costRow(what, load, { bound, rival }), failedRow(what, load));
  }
  if (rate > FORWARDED_RATE_MAX) return rows;
  const forwarded = await runLoad({ ...plans.forwarded, callsPerSecond: rate });
  const beside = { bound: rounded(2 * localMs), rival: localMs };
  const what = `forwarded call at ${rate}/s, both nodes`;
  rows.push(costRow(what, forwarded, beside), failedRow(what, forwarded));
  return rows;
}

type Plans = Readonly<Record<'local' | 'known' | 'forwarded' | 'tcp' | 'register', LoadPlan>>;

function plansFor(one: NodeProcess, two: NodeProcess): Plans {
  const local: LoadPlan = {
    scenario: 'call-with-digest',
    node: one,
    service: 'near',
    user: 'caller',
    host: CALLER_HOST,
    callsPerSecond: 100,
    seconds: SECONDS,
    counted: [one],
  };
  const scenario = 'call-from-known-source';
  const callsPerSecond = REGISTERS_PER_SECOND;
  return {
    local,
    known: { ...local, scenario, service: 'known', host: KNOWN_HOST },
    forwarded: { ...local, service: 'far', counted: [one, two] },
    tcp: { ...local, transport: 't1' },
    register: {
      ...local,
      scenario: 'register-many',
      fields: ROAMERS.map(fieldsOf),
      callsPerSecond,
    },
  };
}

function fieldsOf(name: string): string {
  return `${name};[authentication username=${name} password=secret-${name}]`;
}

function profileArguments(): readonly string[] {
  const index = process.argv.indexOf('--profile');
  const folder = index < 0 ? undefined : process.argv[index + 1];
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

async function at(localHost: string): Promise<PhonePlace> {
  return { localHost, localPort: await freePort(localHost) };
}

function costRow(
  what: string,
  { cpuMsPerCall }: Load,
  { bound, rival }: { bound?: number; rival?: number },
): BenchRow {
  const row = { what: `${what}, CPU`, value: rounded(cpuMsPerCall), unit: 'ms' };
  const bounded = bound === undefined ? row : { ...row, bound };
  if (rival === undefined) return bounded;
  return { ...bounded, rival: rounded(rival), ratio: rounded(cpuMsPerCall / rival) };
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
