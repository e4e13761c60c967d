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
const BUILDS = 3;
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

/** Measures lookups, build and charges; takes some 20 s and 1.5 GB for the rivals. */
export function run(): BenchResult {
  return { name: 'rating', rows: [...lookupRows(), ...chargeRows()] };
}

function lookupRows(): BenchRow[] {
  const prefixes = distinctPrefixes();
  const known = [...prefixes];
  const rates = known.map(rateOf);
  const builds = Array.from({ length: BUILDS }, () => cpuMsOf(() => compileDeck(DECK, rates)));
  const deck = compileDeck(DECK, rates);
  const trie = trieOf(known);
  const map = new Map(known.map((prefix, row) => [prefix, row]));
  const called = Array.from({ length: LOOKUPS }, () => {
    const prefix = known.at(pick(known.length)) ?? '';
    return prefix + number(Math.max(1, 15 - prefix.length));
  });
  const [ours, inTrie, inMap] = race(LOOKUPS, [
    () => countInDeck(deck, called),
    () => countInTrie(trie, called),
    () => countInMap(map, called),
  ]);
  return [
    { what: 'build of 1M rates', value: round(medianOf(builds)), unit: 'ms', bound: 2000 },
    { what: 'memory of 1M rates', value: round(deck.byteLength / 1e6), unit: 'MB' },
    compared('lookup among 1M prefixes; rival object trie', ours, inTrie, 500),
    compared('lookup among 1M prefixes; rival Map by length', ours, inMap, 500),
  ];
}

function chargeRows(): BenchRow[] {
  const talks = Array.from({ length: TALKS }, () => pick(600_000));
  const [ours, inFloats] = race(CHARGES, [
    () => chargeInMicros(talks),
    () => chargeInFloats(talks),
  ]);
  return [compared('charge of one call; rival floats', ours, inFloats)];
}

function compared(what: string, ours = 0, rival = 0, bound?: number): BenchRow {
  const ratio = round(ours / rival);
  const row = { what, value: round(ours), unit: 'ns', rival: round(rival), ratio };
  return bound === undefined ? row : { ...row, bound };
}

/** Runs the contenders in turn; the median of each, in ns for one of `count` steps. */
function race(count: number, contenders: readonly (() => number)[]): number[] {
  const times = contenders.map((run) => ({ run, ns: [] as number[] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { run, ns } of times) ns.push((cpuMsOf(run) * 1e6) / count);
  }
  return times.map(({ ns }) => medianOf(ns));
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

function distinctPrefixes(): Set<string> {
  const distinct = new Set<string>();
  while (distinct.size < PREFIXES) distinct.add(number(4 + pick(8)));
  return distinct;
}

function rateOf(prefix: string, row: number): Rate {
  return {
    prefix,
    callerPrefix: '',
    rateMicrosPerMinute: toMicros(`0.${String(row % 5000).padStart(6, '0')}`),
    firstSeconds: row % 3 === 0 ? 60 : 1,
    nextSeconds: row % 3 === 0 ? 60 : 1,
    connectFeeMicros: toMicros('0'),
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
  const result = run();
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else console.table(result.rows);
}
