import { fuzzSeeds } from '../src/wire/fuzz-seeds.test-support.ts';
import { checkInput, type FuzzDepth } from '../src/wire/fuzz-target.test-support.ts';
import { mutate, SeededRandom } from '../src/wire/mutate.test-support.ts';

// By hand: npx tsx --conditions=tandem-source packages/sip-stack/fuzz/messages.ts [seconds] [seed]
// Ends with 1 and the input at the first broken promise; an input above 50 ms counts as one.
const seconds = Number(process.argv[2] ?? 60);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const STALL_MS = 50;
const CORPUS_MAX = 2_000;

const random = new SeededRandom(seed);
const seeds = fuzzSeeds();
const corpus = seeds.slice();
const depths = new Map<FuzzDepth, number>();
const endAt = performance.now() + seconds * 1_000;
let count = 0;
let slowestMs = 0;
console.log(`seed ${seed}, ${seconds} s, ${corpus.length} messages to begin from`);

while (performance.now() < endAt) {
  const text = mutate(random.pick(random.pick([seeds, corpus])), random.pick(corpus), random);
  const bytes = Buffer.from(text, 'latin1');
  const cutAt = random.below(bytes.length + 1);
  const startedAt = performance.now();
  try {
    const depth = checkInput(bytes, cutAt);
    depths.set(depth, (depths.get(depth) ?? 0) + 1);
    // What still is a message after changes is worth changing further.
    if (depth === 'message' && text.length < 4_000) keepSome(text);
  } catch (error) {
    fail(text, cutAt, error);
  }
  const tookMs = performance.now() - startedAt;
  slowestMs = Math.max(slowestMs, tookMs);
  if (tookMs > STALL_MS && takesLong(bytes, cutAt)) fail(text, cutAt, `took ${tookMs} ms`);
  count++;
}
console.log(`${count} inputs, none broke a promise; slowest ${slowestMs.toFixed(1)} ms`);
console.log(Object.fromEntries(depths));

function keepSome(text: string): void {
  if (corpus.length < CORPUS_MAX) corpus.push(text);
  else corpus[random.below(CORPUS_MAX)] = text;
}

// A pause of the machine is no stall of ours: only what costs that much CPU each time counts.
function takesLong(bytes: Buffer, cutAt: number): boolean {
  for (let round = 0; round < 3; round++) {
    const before = process.cpuUsage();
    checkInput(bytes, cutAt);
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1_000 <= STALL_MS) return false;
  }
  return true;
}

function fail(text: string, cutAt: number, error: unknown): never {
  console.error(`after ${count} inputs of seed ${seed}, cut at ${cutAt}:`, error);
  console.error(JSON.stringify(text));
  process.exit(1);
}
