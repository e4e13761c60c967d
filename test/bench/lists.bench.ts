import { eventually, pause } from '../harness/eventually.ts';
import type { BenchResult, BenchRow } from './dispatch.bench.ts';
import { StandingCluster, type StandingNode } from './standing-cluster.ts';

/*
 * The list of active calls at 10,000 calls on three nodes, a tenth of them forwarded: how long any
 * node takes to answer with all of them, how long a call on another node takes to be hung up, and
 * when the calls of a node that was killed, or stands still, are gone from the list or named.
 *
 *   npm run bench -- lists [--json]
 */

const NAMES = ['node1', 'node2', 'node3'];
const CALLS = 10_000;
const FORWARDED_OF_TEN = 1;
const LISTS = 7;
const HANGUPS = 50;
/** Beats have been heard, and what a call's begin leaves to do is done. */
const QUIET_MS = 5_000;

interface CallsBody {
  readonly calls: readonly { readonly id: string; readonly node: string }[];
  readonly total: number;
  readonly unanswered: readonly string[];
}

/** Runs the bench. */
export async function run(): Promise<BenchResult> {
  await using cluster = await StandingCluster.start(NAMES);
  const { nodes } = cluster;
  await Promise.all(
    nodes.map(async (node, index) => {
      const calls = Math.floor(CALLS / nodes.length) + (index < CALLS % nodes.length ? 1 : 0);
      const forwarded = Math.floor((calls * FORWARDED_OF_TEN) / 10);
      const sister = NAMES[(index + 1) % NAMES.length] ?? node.name;
      await cluster.order(node, { calls, forwarded, sister });
    }),
  );
  await pause(QUIET_MS);
  const rows = [
    ...(await measureLists(nodes)),
    await measureCpu(cluster),
    ...(await measureHangups(nodes)),
  ];
  rows.push(await measureDeath(nodes));
  return { name: 'lists', rows };
}

async function measureLists(nodes: readonly StandingNode[]): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const node of nodes) {
    const tookMs: number[] = [];
    let body: CallsBody | undefined;
    // The first one finds code that has not run yet: told apart.
    for (let list = 0; list <= LISTS; list++) {
      const startMs = performance.now();
      body = await listOf(node);
      tookMs.push(performance.now() - startMs);
    }
    const isComplete = body?.total === CALLS && body.unanswered.length === 0;
    const what = `all ${CALLS} calls from ${node.name}, ${isComplete ? 'complete' : 'NOT COMPLETE'}`;
    const [first = 0, ...later] = tookMs;
    rows.push({ what: `${what}, the first`, value: first, unit: 'ms' });
    rows.push({ what: `${what}, median`, value: median(later), unit: 'ms', bound: 1_000 });
    rows.push({ what: `${what}, slowest of ${LISTS}`, value: Math.max(...later), unit: 'ms' });
  }
  return rows.map((row) => ({ ...row, value: Math.round(row.value) }));
}

/** What standing calls and beats cost meanwhile is taken off: measured over as long a rest. */
async function measureCpu(cluster: StandingCluster): Promise<BenchRow> {
  const [asked] = cluster.nodes as readonly [StandingNode];
  const before = await cluster.cpuMs();
  const startMs = performance.now();
  for (let list = 0; list < LISTS; list++) await listOf(asked);
  const tookMs = performance.now() - startMs;
  const after = await cluster.cpuMs();
  await pause(tookMs);
  const rest = (await cluster.cpuMs()) - after;
  const value = Math.round((after - before - rest) / LISTS);
  return { what: `CPU of all nodes for a list of ${CALLS}`, value, unit: 'ms' };
}

async function measureHangups(nodes: readonly StandingNode[]): Promise<BenchRow[]> {
  const [asked] = nodes as [StandingNode];
  const { calls } = await listOf(asked);
  const elsewhere = calls.filter(({ node }) => node !== asked.name).slice(0, HANGUPS);
  const tookMs: number[] = [];
  for (const { id } of elsewhere) {
    const startMs = performance.now();
    const response = await fetch(`${asked.url}/api/v1/calls/${id}`, { method: 'DELETE' });
    tookMs.push(performance.now() - startMs);
    if (response.status !== 200) throw new Error(`${id}: ${response.status}`);
  }
  const gone = await listOf(asked);
  const left = gone.calls.filter(({ id }) => elsewhere.some((call) => call.id === id)).length;
  return [
    {
      what: `hang-up of a call on another node, median of ${HANGUPS}`,
      value: Math.round(median(tookMs) * 10) / 10,
      unit: 'ms',
      bound: 100,
    },
    { what: 'calls that were hung up and are still listed', value: left, unit: 'calls', bound: 0 },
  ];
}

async function measureDeath(nodes: readonly StandingNode[]): Promise<BenchRow> {
  const [asked, , killed] = nodes as [StandingNode, StandingNode, StandingNode];
  const startMs = performance.now();
  killed.process.kill('SIGKILL');
  await eventually('the dead node’s calls are gone', async () => {
    const { calls } = await listOf(asked);
    return calls.every(({ node }) => node !== killed.name);
  });
  const value = Math.round(performance.now() - startMs);
  return { what: 'calls of a killed node are gone from the list after', value, unit: 'ms' };
}

async function listOf({ url }: StandingNode): Promise<CallsBody> {
  const response = await fetch(`${url}/api/v1/calls?limit=20000`);
  return (await response.json()) as CallsBody;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

if (process.argv[1] === import.meta.filename) {
  const result = await run();
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else console.table(result.rows);
}
