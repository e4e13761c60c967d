import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SeededRandom } from '../../packages/sip-stack/src/wire/mutate.test-support.ts';
import { Coverage } from './coverage.ts';
import { FuzzRun } from './fuzz-run.ts';
import { NodeTarget } from './node-target.ts';
import { ParserTarget } from './parser-target.ts';
import { ThreadClock } from './thread-clock.ts';

// npm run fuzz -- --minutes 60 [--seed 7] [--out folder]: mutated messages at the parser and at a
// whole node, by turns; keeps those that reach new code. Ends with 1 on a crash, on an input that
// held the event loop for longer than 50 ms, or on memory that grows.

/** No input may keep a node from its other calls for longer. */
const STALL_MS = 50;
/** Growth over the run that is no leak: caches that fill up, code that is compiled. */
const GROWTH_MAX = 1.25;
const GROWTH_SLACK_BYTES = 24 * 1_024 * 1_024;
const REPORT_EVERY_MS = 60_000;
/** After this part of the run caches are full: from here on memory may not grow. */
const WARM_PART = 0.2;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: 'data/fuzz' },
  },
});
const durationMs = Number(values.minutes) * 60_000;
const random = new SeededRandom(Number(values.seed));
using coverage = new Coverage();
using clock = new ThreadClock();
const tools = { coverage, clock };
const runs = [
  new FuzzRun(new ParserTarget(random), random, tools),
  new FuzzRun(await NodeTarget.open(), random, tools),
];

const startMs = performance.now();
const passedMs = (): number => performance.now() - startMs;
let warmBytes: number | undefined;
let reportedMs = 0;
while (passedMs() < durationMs) {
  for (const run of runs) await run.batch();
  if (warmBytes === undefined && passedMs() > durationMs * WARM_PART) warmBytes = heapBytes();
  if (passedMs() - reportedMs < REPORT_EVERY_MS) continue;
  reportedMs = passedMs();
  report();
}
const endBytes = heapBytes();
report();
const isGrown = warmBytes !== undefined && endBytes > warmBytes * GROWTH_MAX + GROWTH_SLACK_BYTES;
const isStalled = runs.some(({ slowestMs }) => slowestMs > STALL_MS);
const crashes = runs.flatMap((run) => run.crashes);
say(
  `heap after collection: ${mebibytes(warmBytes ?? endBytes)} when warm, ${mebibytes(endBytes)} at the end`,
);
for (const run of runs) {
  say(`${run.name}: ${JSON.stringify(Object.fromEntries(run.outcomes))}`);
  if (run.slowestMs > STALL_MS) save(`stall-${run.name}`, run.slowest);
}
for (const [index, { target, input, fault }] of crashes.slice(0, 50).entries()) {
  say(
    `crash of ${target}: ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`,
  );
  save(`crash-${target}-${index}`, input);
}
const isClean = !isGrown && !isStalled && crashes.length === 0;
say(
  isClean
    ? `clean: no crash, no input above ${STALL_MS} ms, no growth`
    : `NOT clean: ${crashes.length} crashes, stalled ${isStalled}, grown ${isGrown}`,
);
process.exitCode = isClean ? 0 : 1;

function report(): void {
  const parts = runs.map(
    ({ name, inputs, kept, slowestMs, crashes: { length } }) =>
      `${name} ${inputs} inputs, ${kept} kept, ${length} crashes, slowest ${slowestMs.toFixed(1)} ms`,
  );
  const minutes = (passedMs() / 60_000).toFixed(1);
  say(
    `${minutes} min · ${parts.join(' · ')} · ${coverage.size} blocks · ${mebibytes(heapBytes())}`,
  );
}

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

function save(name: string, input: string): void {
  mkdirSync(values.out, { recursive: true });
  writeFileSync(`${values.out}/${name}.txt`, input, 'latin1');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
