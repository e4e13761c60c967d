import type { NodeRow } from '@tandem/console';
import { eventually, pause } from '../harness/eventually.ts';
import type { NodeProcess } from '../harness/node-process.ts';
import { ProcessCluster } from '../harness/process-cluster.ts';

/*
 * How long it takes until every other node shows a node as dead that was killed, or that hangs,
 * and as up again when it has returned.
 */

const ROUNDS = 5;
const BOUND_MS = { killed: 3_000, hung: 4_000, back: 2_000 } as const;

await using cluster = await ProcessCluster.start();
const [target, ...viewers] = cluster.nodes.toReversed() as [NodeProcess, ...NodeProcess[]];
const longest = { killed: 0, hung: 0, back: 0 };

async function seenAs(state: NodeRow['state'], since: number): Promise<number> {
  const shows = async (viewer: NodeProcess): Promise<boolean> => {
    const { nodes } = await viewer.api<{ nodes: NodeRow[] }>('/nodes');
    const row = nodes.find(({ name }) => name === target.name);
    return row?.state === state && row.seenBy[viewer.name] === state;
  };
  const look = async (viewer: NodeProcess): Promise<unknown> =>
    await eventually(`${viewer.name} shows it as ${state}`, () => shows(viewer), 20_000);
  await Promise.all(viewers.map(look));
  return performance.now() - since;
}

async function measure(what: keyof typeof longest, tookMs: number): Promise<void> {
  longest[what] = Math.max(longest[what], tookMs);
  process.stdout.write(`  ${what}: seen by all after ${Math.round(tookMs)} ms\n`);
}

await seenAs('up', 0);
for (let round = 0; round < ROUNDS; round++) {
  // Beats come once a second: each round begins at another moment between two.
  await pause((round * 1_000) / ROUNDS);
  let beganMs = performance.now();
  await target.kill();
  await measure('killed', await seenAs('dead', beganMs));
  await target.start();
  await measure('back', await seenAs('up', performance.now()));

  await pause(2_000 + (round * 1_000) / ROUNDS);
  beganMs = performance.now();
  target.signal('SIGSTOP');
  await measure('hung', await seenAs('dead', beganMs));
  beganMs = performance.now();
  target.signal('SIGCONT');
  await measure('back', await seenAs('up', beganMs));
}
let isWithin = true;
for (const [what, boundMs] of Object.entries(BOUND_MS) as [keyof typeof longest, number][]) {
  const ms = Math.round(longest[what]);
  process.stdout.write(`${what}: longest ${ms} ms; bound ${boundMs} ms\n`);
  if (ms > boundMs) isWithin = false;
}
process.exitCode = isWithin ? 0 : 1;
