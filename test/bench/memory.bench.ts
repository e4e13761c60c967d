import { freePort } from '@tandem/testing';
import { residentBytes } from '../harness/cpu-time.ts';
import { pause } from '../harness/eventually.ts';
import type { NodeProcess } from '../harness/node-process.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';
import { hasSipp, Sipp } from '../harness/sipp.ts';
import { answeringPhone, knownSourceConf } from './call-load.ts';
import type { BenchResult, BenchRow } from './dispatch.bench.ts';

/*
 * What an established call keeps: 10,000 calls through one node are up at once, and its resident
 * memory is read before, 33 s after the last was answered (when no transaction is left), and 33 s
 * after the last has ended. Garbage is collected before each reading; the node has carried as many
 * calls before, so that what grows once is not counted.
 *
 *   npm run bench -- memory [--json]
 */

const CALLS = 10_000;
const CALLS_PER_SECOND = 200;
/** A little over 64 T1, the life of the last transaction. */
const QUIET_MS = 33_000;
/** So long without another call: those that are missing have failed. */
const STANDSTILL_MS = 5_000;
const BOUND_KB = 30;
/** Between two readings; a fall of less than this part is none. */
const ROUND_MS = 5_000;
const STILL_PART = 0.98;
const ROUNDS_MAX = 6;
const CALLER_HOST = '127.0.0.34';

/** Runs the bench. */
export async function run(): Promise<BenchResult> {
  const phone = { localHost: '127.0.0.35', localPort: await freePort('127.0.0.35') };
  await using cluster = await ProcessCluster.start({
    nodes: 1,
    conf: knownSourceConf(CALLER_HOST, phone),
    nodeArguments: ['--expose-gc'],
  });
  const node = cluster.node(1);
  await using _phone = await answeringPhone(phone);
  await using warmUp = await startCalls(node, 'call-from-known-source');
  await warmUp.result();
  await pause(QUIET_MS);
  const before = await needed(node);
  // Whoever failed to hang up in the warm-up is up still, and is no call of ours.
  const left = await callsUp(node);
  await using long = await startCalls(node, 'long-call-from-known-source');
  const calls = await established(node, left);
  await pause(QUIET_MS);
  const up = await needed(node);
  const { successful, errors } = await long.result();
  if (successful < CALLS) console.error(errors);
  await pause(QUIET_MS);
  const after = await needed(node);
  return { name: 'memory', rows: rowsOf({ calls, before, up, after, failed: CALLS - successful }) };
}

async function startCalls(node: NodeProcess, scenario: string): Promise<Sipp> {
  return await Sipp.start({
    scenario,
    remote: node.sip,
    service: 'known',
    localHost: CALLER_HOST,
    localPort: await freePort(CALLER_HOST),
    calls: CALLS,
    callsPerSecond: CALLS_PER_SECOND,
  });
}

/** Waits until all calls are up, or no more of them come up; gives how many are. */
async function established(node: NodeProcess, left: number): Promise<number> {
  let [calls, lastGrowthMs] = [0, performance.now()];
  while (calls < CALLS && performance.now() - lastGrowthMs < STANDSTILL_MS) {
    await pause(500);
    const now = (await callsUp(node)) - left;
    if (now > calls) lastGrowthMs = performance.now();
    calls = now;
  }
  if (calls === 0) throw new Error('no call is up');
  return calls;
}

async function callsUp(node: NodeProcess): Promise<number> {
  return Math.floor((await node.metric('tandem_sip_legs')) / 2);
}

/**
 * Resident memory once what is garbage has gone, bytes: V8 gives pages back some collections later,
 * so it is read again until it falls no more.
 */
async function needed(node: NodeProcess): Promise<number> {
  let least = await residentBytes(node.pid ?? 0);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    for (let collection = 0; collection < 3; collection++) {
      node.signal('SIGUSR2');
      await pause(500);
    }
    await pause(ROUND_MS);
    const now = await residentBytes(node.pid ?? 0);
    const hasFallen = now < least * STILL_PART;
    least = Math.min(least, now);
    if (!hasFallen && round > 0) break;
  }
  return least;
}

interface Readings {
  /** Calls that were up. */
  readonly calls: number;
  /** Resident memory, bytes. */
  readonly before: number;
  readonly up: number;
  readonly after: number;
  readonly failed: number;
}

function rowsOf({ calls, before, up, after, failed }: Readings): BenchRow[] {
  return [
    { what: 'resident before', value: megabytes(before), unit: 'MB' },
    { what: `resident with ${calls} calls up`, value: megabytes(up), unit: 'MB' },
    {
      what: 'an established call',
      value: kilobytes((up - before) / calls),
      unit: 'kB',
      bound: BOUND_KB,
    },
    { what: 'resident after', value: megabytes(after), unit: 'MB', bound: megabytes(1.1 * before) },
    { what: 'calls failed', value: failed, unit: 'calls', bound: 0 },
  ];
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e5) / 10;
}

function kilobytes(bytes: number): number {
  return Math.round(bytes / 100) / 10;
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
