import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type CompiledDeck, compileDeck, priceOf, type Rate, toMicros } from '@tandem/rating';
import type { BenchResult, BenchRow } from './dispatch.bench.ts';

/*
 * What rating costs: a lookup among a million prefixes, against an object trie and a Map probed
 * by length; the build of such a deck; one charge in bigint micro-units, against floats, which are
 * quick and wrong. Rounds alternate, so that a busy machine slows all alike; CPU time is counted.
 *
 *   npx tsx --conditions=tandem-source test/bench/rating.bench.ts [--json]
 */

const PREFIXES = 1_000_000;
const LOOKUPS = 200_000;
const CHARGES = 200_000;
const TALKS = 1000;
const ROUNDS = 9;
const AT = Date.UTC(2026, 0, 2);
const DECK = { name: 'bench', version: 1, currency: 'USD', rounding: 'halfUp' } as const;
const TERMS = {
  rateMicrosPerMinute: toMicros('0.0123'),
  firstSeconds: 30,
  nextSeconds: 6,
  connectFeeMicros: toMicros('0.005'),
  rounding: 'halfUp',
} as const;

const random = randomFrom(42);
const pick = (count: number) => Math.floor(random() * count);
const number = (length: number) => Array.from({ length }, () => pick(10)).join('');

const prefixes = distinctPrefixes();
const numbers = calledNumbers();
const talks = Array.from({ length: TALKS }, () => pick(600_000));

/** What is measured; each in a process of its own, so that none pays for another's garbage. */
const VARIANTS = {
  table: () => {
    const deck = compileDeck(DECK, rates());
    return () => countInDeck(deck, numbers);
  },
  trie: () => {
    const trie = trieOf(prefixes);
    return () => countInTrie(trie, numbers);
  },
  map: () => {
    const map = new Map(prefixes.map((prefix, row) => [prefix, row]));
    return () => countInMap(map, numbers);
  },
  build: () => () => compileDeck(DECK, rates()).size,
  micros: () => () => chargeInMicros(talks),
  floats: () => () => chargeInFloats(talks),
} as const satisfies Record<string, () => () => number>;

type Variant = keyof typeof VARIANTS;

/** Measures lookups, build and charges; takes a minute and 2 GB for the rivals. */
export async function run(): Promise<BenchResult> {
  const lookups = await race(LOOKUPS, ['table', 'trie', 'map']);
  const builds = await race(1, ['build']);
  const charges = await race(CHARGES, ['micros', 'floats']);
  const buildMs = round((builds.get('build') ?? 0) / 1e6);
  const megabytes = round(compileDeck(DECK, rates()).byteLength / 1e6);
  return {
    name: 'rating',
    rows: [
      { what: 'build of 1M rates', value: buildMs, unit: 'ms', bound: 2000 },
      { what: 'memory of 1M rates', value: megabytes, unit: 'MB' },
      compared('lookup among 1M prefixes; rival object trie', lookups, 'table', 'trie', 500),
      compared('lookup among 1M prefixes; rival Map by length', lookups, 'table', 'map', 500),
      compared('charge of one call; rival floats', charges, 'micros', 'floats'),
    ],
  };
}

function compared(
  what: string,
  medians: ReadonlyMap<Variant, number>,
  ours: Variant,
  theirs: Variant,
  bound?: number,
): BenchRow {
  const value = medians.get(ours) ?? 0;
  const rival = medians.get(theirs) ?? 0;
  const row = { what, value: round(value), unit: 'ns', rival: round(rival) };
  const ratio = round(value / rival);
  return bound === undefined ? { ...row, ratio } : { ...row, ratio, bound };
}

/** Lets the variants run in turn; the median of each, in ns for one of `count` steps. */
async function race(count: number, names: readonly Variant[]): Promise<Map<Variant, number>> {
  const runners = names.map((name) => ({ name, child: startVariant(name), ns: [] as number[] }));
  for (const { child } of runners) await child.next();
  for (let round = 0; round < ROUNDS; round++) {
    for (const { child, ns } of runners) ns.push(((await child.next()) * 1e6) / count);
  }
  for (const { child } of runners) child.end();
  return new Map(runners.map(({ name, ns }) => [name, medianOf(ns)]));
}

/** A variant in its own process; the first answer says that it is ready, all others are CPU ms. */
function startVariant(name: Variant) {
  const child = fork(fileURLToPath(import.meta.url), ['--variant', name], {
    execArgv: ['--conditions=tandem-source', '--import', import.meta.resolve('tsx')],
  });
  return {
    next: () =>
      new Promise<number>((resolve, reject) => {
        const ended = (code: number | null) => reject(new Error(`${name} ended with ${code}`));
        child.once('exit', ended);
        child.once('message', (cpuMs) => {
          child.off('exit', ended);
          resolve(cpuMs as number);
        });
        child.send('round');
      }),
    end: () => child.disconnect(),
  };
}

function runVariant(name: Variant): void {
  const step = VARIANTS[name]();
  let isWarm = false;
  process.on('message', () => {
    const cpuMs = cpuMsOf(step);
    process.send?.(isWarm ? cpuMs : 0);
    isWarm = true;
  });
}

function countInDeck(deck: CompiledDeck, called: readonly string[]): number {
  let found = 0;
  for (const number of called) if (deck.lookup(number, '', AT) !== undefined) found++;
  return found;
}

interface TrieNode {
  row: number;
  readonly children: (TrieNode | undefined)[];
}

function trieOf(prefixes: readonly string[]): TrieNode {
  const root: TrieNode = { row: -1, children: [] };
  for (const [row, prefix] of prefixes.entries()) {
    let node = root;
    for (const digit of prefix) node = node.children[Number(digit)] ??= { row: -1, children: [] };
    node.row = row;
  }
  return root;
}

function countInTrie(root: TrieNode, called: readonly string[]): number {
  let found = 0;
  for (const number of called) {
    let node: TrieNode | undefined = root;
    let row = root.row;
    for (let at = 0; at < number.length && node !== undefined; at++) {
      node = node.children[number.charCodeAt(at) - 48];
      if (node !== undefined && node.row >= 0) row = node.row;
    }
    if (row >= 0) found++;
  }
  return found;
}

function countInMap(map: ReadonlyMap<string, number>, called: readonly string[]): number {
  let found = 0;
  for (const number of called) {
    for (let length = number.length; length >= 0; length--) {
      if (!map.has(number.slice(0, length))) continue;
      found++;
      break;
    }
  }
  return found;
}

function chargeInMicros(talks: readonly number[]): number {
  let sum = 0n;
  for (let round = 0; round < CHARGES / TALKS; round++) {
    for (const talkMs of talks) sum += priceOf(TERMS, talkMs).priceMicros;
  }
  return Number(sum);
}

function chargeInFloats(talks: readonly number[]): number {
  let sum = 0;
  for (let round = 0; round < CHARGES / TALKS; round++) {
    for (const talkMs of talks) {
      const beyond = Math.max(0, Math.ceil((talkMs / 1000 - 30) / 6));
      const billed = talkMs === 0 ? 0 : 30 + beyond * 6;
      sum += Math.round((0.005 + (0.0123 * billed) / 60) * 1e6) / 1e6;
    }
  }
  return sum;
}

function distinctPrefixes(): string[] {
  const distinct = new Set<string>();
  while (distinct.size < PREFIXES) distinct.add(number(4 + pick(8)));
  return [...distinct];
}

function calledNumbers(): string[] {
  return Array.from({ length: LOOKUPS }, () => {
    const prefix = prefixes.at(pick(prefixes.length)) ?? '';
    // Joined, not added: a flat string, as a parsed message has it.
    return [prefix, number(Math.max(1, 15 - prefix.length))].join('');
  });
}

function* rates(): Generator<Rate> {
  for (const [row, prefix] of prefixes.entries()) yield rateOf(prefix, row);
}

function rateOf(prefix: string, row: number): Rate {
  return {
    prefix,
    callerPrefix: '',
    rateMicrosPerMinute: BigInt(row % 5000),
    firstSeconds: row % 3 === 0 ? 60 : 1,
    nextSeconds: row % 3 === 0 ? 60 : 1,
    connectFeeMicros: 0n,
    effectiveAt: Date.UTC(2026, 0, 1),
    endsAt: null,
    isBlocked: false,
  };
}

function cpuMsOf(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted.at(Math.floor(sorted.length / 2)) ?? 0;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

/** A small random source with a seed, so that every run measures the same deck. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const variant = process.argv[process.argv.indexOf('--variant') + 1];
  if (process.argv.includes('--variant')) runVariant(variant as Variant);
  else {
    const result = await run();
    if (process.argv.includes('--json')) console.log(JSON.stringify(result));
    else console.table(result.rows);
  }
}
