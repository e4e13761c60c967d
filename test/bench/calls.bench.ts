import { freePort } from '@tandem/testing';
import { cpuTimeMs } from '../harness/cpu-time.ts';
import { pause } from '../harness/eventually.ts';
import type { NodeProcess } from '../harness/node-process.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';
import { hasSipp, Sipp } from '../harness/sipp.ts';
import type { BenchResult, BenchRow } from './dispatch.bench.ts';

/*
 * What one call costs a node in CPU time, and whether calls fail: SIPp calls through node1 to a
 * phone that registered at the same node (local), or at node2 (forwarded; both nodes counted).
 * Every INVITE is challenged and answered by digest, records are written, Postgres is asked for
 * the user and his phone; the CPU of SIPp, NATS and Postgres is not counted. Beside it stand
 * Yate's figures from the same kind of machine (3.5 to 6 ms at 50 to 95 calls/s).
 *
 *   npm run bench -- calls [--json]
 */

const SECONDS = 20;
const RATES = [100, 300];
const YATE_MS = 4.5;
/** Calls talk for a second; then the last BYE is answered. */
const TAIL_MS = 3_000;

interface Load {
  readonly callsPerSecond: number;
  readonly failed: number;
  readonly cpuMsPerCall: number;
}

/** Runs the bench. */
export async function run(): Promise<BenchResult> {
  const rows: BenchRow[] = [];
  await using cluster = await ProcessCluster.start({ nodes: 2, users: ['caller', 'near', 'far'] });
  const [one, two] = [cluster.node(1), cluster.node(2)];
  await using _near = await answeringPhone(one, 'near', '127.0.0.31');
  await using _far = await answeringPhone(two, 'far', '127.0.0.32');
  await load(one, 'near', 50, 5, [one]);
  await load(one, 'far', 50, 5, [one, two]);
  for (const rate of RATES) {
    const local = await load(one, 'near', rate, SECONDS, [one]);
    const forwarded = await load(one, 'far', rate, SECONDS, [one, two]);
    rows.push(
      row(`local call at ${rate}/s, CPU`, local, { bound: 1.5, rival: YATE_MS }),
      row(`forwarded call at ${rate}/s, CPU of both nodes`, forwarded, {
        rival: local.cpuMsPerCall,
      }),
      { what: `local calls failed at ${rate}/s`, value: local.failed, unit: 'calls', bound: 0 },
      {
        what: `forwarded calls failed at ${rate}/s`,
        value: forwarded.failed,
        unit: 'calls',
        bound: 0,
      },
    );
  }
  return { name: 'calls', rows };
}

function row(what: string, load: Load, beside: { bound?: number; rival: number }): BenchRow {
  const value = Math.round(load.cpuMsPerCall * 1_000) / 1_000;
  const ratio = Math.round((value / beside.rival) * 100) / 100;
  return { what, value, unit: 'ms', ...beside, ratio };
}

async function answeringPhone(node: NodeProcess, name: string, host: string): Promise<Sipp> {
  const place = { localHost: host, localPort: await freePort(host) };
  const registered = await Sipp.run({
    scenario: 'register',
    remote: node.sip,
    service: name,
    user: name,
    password: `secret-${name}`,
    calls: 1,
    ...place,
  });
  if (registered.code !== 0) throw new Error(`${name} cannot register: ${registered.errors}`);
  return await Sipp.start({ scenario: 'answer', ...place });
}

async function load(
  node: NodeProcess,
  called: string,
  callsPerSecond: number,
  seconds: number,
  counted: readonly NodeProcess[],
): Promise<Load> {
  const before = await cpuOf(counted);
  const calls = callsPerSecond * seconds;
  const result = await Sipp.run({
    scenario: 'call-with-digest',
    remote: node.sip,
    service: called,
    user: 'caller',
    password: 'secret-caller',
    localHost: '127.0.0.33',
    localPort: await freePort('127.0.0.33'),
    calls,
    callsPerSecond,
  });
  await pause(TAIL_MS);
  const used = (await cpuOf(counted)) - before;
  if (result.successful === 0) throw new Error(`no call went through: ${result.errors}`);
  return { callsPerSecond, failed: calls - result.successful, cpuMsPerCall: used / calls };
}

async function cpuOf(nodes: readonly NodeProcess[]): Promise<number> {
  const times = await Promise.all(nodes.map(async ({ pid }) => await cpuTimeMs(pid ?? 0)));
  return times.reduce((sum, time) => sum + time, 0);
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
