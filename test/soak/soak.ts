import { SeededDie } from '@tandem/testing';
import { eventually, pause } from '../harness/eventually.ts';
import { Answerer } from './answerer.ts';
import { CallStream } from './call-stream.ts';
import { Chaos } from './chaos.ts';
import { customersFor, setUpOf } from './customers.ts';
import { judgeAttempts, judgeCalls } from './judge-calls.ts';
import { judgeLimits } from './judge-limits.ts';
import { judgeMoney } from './judge-money.ts';
import { Payments } from './payments.ts';
import { printReport } from './report.ts';
import { tellRefusals } from './refusals.ts';
import { furnish, startSoakCluster } from './soak-cluster.ts';
import { strikeLast } from './last-stroke.ts';
import { readSoakPlan } from './soak-plan.ts';

/*
 * Calls on three real nodes while nodes, NATS and Postgres are killed at random; then the books
 * are compared with what callers and carriers saw. Ends with 1 if anything is wrong.
 *
 *   npm run soak -- [--minutes 10] [--calls-per-second 200] [--seed n] [--harm node,nats|none]
 *
 * The phones are our own and share this process: on two cores they leave more of the machine to
 * the nodes than SIPp does, and they know what became of each single call.
 */

/** The longest call and the longest ringing are over by then, ms. */
const CALLS_END_MS = 120_000;
/** By then nothing may be held any more, ms. */
const HOLDS_GONE_MS = 10_000;
const PATIENCE_MS = 90_000;
/** So long before the last call begins, only one more node is killed, ms. */
const LAST_STROKE_MS = 25_000;

const plan = readSoakPlan(process.argv.slice(2));
const { minutes, callsPerSecond, seed, harms } = plan;
console.log(
  `soak: ${minutes} min, ${callsPerSecond} calls/s, seed ${seed}, harm ${harms.join(' ')}`,
);

const customers = customersFor(callsPerSecond);
const answer = (called: string) => {
  const number = Number(called.slice(-4));
  // Some numbers are busy; the first carrier has no line for some.
  if (number % 50 === 0) return { status: 486, ringMs: 0 };
  return { status: 200, ringMs: (number * 37) % 400 };
};
const first = await Answerer.open('127.0.0.81', (called) =>
  Number(called.slice(-4)) % 40 === 1 ? { status: 503, ringMs: 0 } : answer(called),
);
const second = await Answerer.open('127.0.0.82', answer);
await using started = await startSoakCluster();
const { cluster, database } = started;
// Whoever ends a soak leaves no nodes behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void started[Symbol.asyncDispose]().then(() => process.exit(2)));
}
await furnish(cluster, setUpOf(customers, [first, second], callsPerSecond), customers);

const { nodes, nats } = cluster;
const chaos = new Chaos(new SeededDie(seed), { nodes, nats, database }, harms);
const stream = await CallStream.open(new SeededDie(seed + 1), customers);
const payments = new Payments(nodes, 'poor', '0.20');
const begunMs = performance.now();
const harming = chaos.run();
const paying = payments.run();
const streaming = stream.run(nodes, chaos.lives, callsPerSecond, minutes * 60_000);
await pause(Math.max(0, minutes * 60_000 - LAST_STROKE_MS));
await Promise.all([chaos.end(), harming]);
const node = nodes.at(seed % nodes.length)!;
const stroke = harms.includes('node') ? await strikeLast(chaos, node, database) : undefined;
await streaming;
payments.end();
await paying;
console.log(`no more calls; ${stream.live} are still up`);
await eventually('all calls are over', () => stream.live === 0, CALLS_END_MS);

const overMs = performance.now();
const violations: string[] = [...chaos.failures, ...(stroke?.violations ?? [])];
const held = async (): Promise<number> => {
  const [row] = await database.query<{ n: number }>(
    'select count(*)::int as n from holds where not is_void',
  );
  return row?.n ?? 0;
};
const isFree = async (): Promise<boolean> => (await held()) === 0;
await eventually('no hold is left', isFree, PATIENCE_MS).catch(async () => {
  violations.push(`${await held()} holds are left after ${PATIENCE_MS / 1_000} s`);
});
const freeMs = performance.now() - overMs;
if (freeMs > HOLDS_GONE_MS) violations.push(`holds were left for ${Math.round(freeMs)} ms`);
const isSettled = async () => (await cluster.metric('tandem_cdr_spool_depth')) === 0;
await eventually('the journals are empty', isSettled, PATIENCE_MS).catch((fault: unknown) => {
  violations.push(String(fault));
});
await pause(1_000);

for (const node of nodes) {
  if (!node.isRunning)
    violations.push(`${node.name} ended by itself: ${node.output.slice(-2_000)}`);
}
const isTroubled = (call: { node: number; life: number; endedMs: number | undefined }) =>
  chaos.done.some(({ target }) => target === `node${call.node + 1}`) &&
  chaos.troubledUntilMs.at(call.node)! > (call.endedMs ?? 0) - 60_000;
const carried = [...first.answered, ...second.answered];
const calls = await judgeCalls(database, stream.seen, carried, chaos.done);
const limits = await judgeLimits(database, customers, stream.seen, isTroubled);
const money = await judgeMoney(cluster, database, payments);
violations.push(...calls.violations, ...limits.violations, ...money.violations);
violations.push(...(await judgeAttempts(database, carried)));

printReport({
  seconds: (overMs - begunMs) / 1_000,
  seen: stream.seen,
  lagMaxMs: stream.lagMaxMs,
  done: chaos.done,
  calls,
  carried: carried.length,
  stroke,
  holdsGoneMs: freeMs,
  facts: [...(await tellRefusals(database)), ...limits.facts, ...money.facts],
  violations,
});
stream[Symbol.dispose]();
first.close();
second.close();
process.exitCode = violations.length === 0 ? 0 : 1;
