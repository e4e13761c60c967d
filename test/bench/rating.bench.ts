/**
 * Prefix lookup over a million prefixes against a plain object trie and a Map probed by length,
 * and a charge in bigint micro-units against floats: the rivals in the same run, rounds in turn,
 * medians of CPU time and their ratio.
 *
 *     npx tsx --conditions=tandem-source test/bench/rating.bench.ts [--json]
 */
import { type CompiledDeck, compileDeck, priceOf, type Rate, toMicros } from '@tandem/rating';

const PREFIXES = 1_000_000;
const ROUNDS = 7;
const LOOKUPS = 200_000;
const CHARGES = 200_000;
const AT = Date.UTC(2026, 0, 2);

interface Contender {
  readonly name: string;
  readonly run: () => number;
}

const random = randomFrom(42);
const pick = (count: number) => Math.floor(random() * count);
const number = (length: number) => Array.from({ length }, () => pick(10)).join('');

const prefixes = distinctPrefixes();
const called = Array.from({ length: LOOKUPS }, () => {
  const prefix = prefixes[pick(prefixes.length)]!;
  return prefix + number(Math.max(1, 15 - prefix.length));
});

const results = [...lookupResults(), ...chargeResults()];
if (process.argv.includes('--json')) console.log(JSON.stringify({ bench: 'rating', results }));
else console.table(results);

function lookupResults() {
  const built = cpuMsOf(() => compileDeck(header(), rates()));
  const deck = built.value;
  const trie = measured(objectTrieOf);
  const map = new Map(prefixes.map((prefix, row) => [prefix, row]));
  const lookup = race('lookup among 1M prefixes', LOOKUPS, [
    { name: 'interval table', run: () => countFound(deck) },
    { name: 'object trie', run: () => countInTrie(trie.value) },
    { name: 'Map by length', run: () => countInMap(map) },
  ]);
  return [
    { what: 'build of 1M rates', unit: 'ms', value: round(built.cpuMs) },
    { what: 'compiled deck', unit: 'MB', value: round(deck.byteLength / 1e6) },
    { what: 'object trie', unit: 'MB', value: round(trie.heapBytes / 1e6) },
    ...lookup,
  ];
}

function chargeResults() {
  const terms = {
    rateMicrosPerMinute: toMicros('0.0123'),
    firstSeconds: 30,
    nextSeconds: 6,
    connectFeeMicros: toMicros('0.005'),
    rounding: 'halfUp',
  } as const;
  const talks = Array.from({ length: 1000 }, () => pick(600_000));
  return race('charge of one call', CHARGES, [
    {
      name: 'bigint micro-units',
      run: () => {
        let sum = 0n;
        for (let call = 0; call < CHARGES; call++) {
          sum += priceOf(terms, talks[call % 1000]!).priceMicros;
        }
        return Number(sum);
      },
    },
    {
      name: 'float (wrong in the last digits)',
      run: () => {
        let sum = 0;
        for (let call = 0; call < CHARGES; call++) {
          const talk = talks[call % 1000]! / 1000;
          const billed = talk === 0 ? 0 : 30 + Math.max(0, Math.ceil((talk - 30) / 6)) * 6;
          sum += Math.round((0.005 + (0.0123 * billed) / 60) * 1e6) / 1e6;
        }
        return sum;
      },
    },
  ]);
}

/** Runs the contenders in turn and gives the median of each in ns, and the ratio to the first. */
function race(what: string, count: number, contenders: readonly Contender[]) {
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, contender] of contenders.entries()) {
      times[at]!.push((cpuMsOf(contender.run).cpuMs * 1e6) / count);
    }
  }
  const medians = times.map(medianOf);
  return contenders.map(({ name }, at) => ({
    what: `${what}: ${name}`,
    unit: 'ns',
    value: round(medians[at]!),
    ratio: round(medians[at]! / medians[0]!),
  }));
}

function countFound(deck: CompiledDeck): number {
  let found = 0;
  for (const number of called) if (deck.lookup(number, '', AT) !== undefined) found++;
  return found;
}

interface TrieNode {
  row: number;
  readonly children: (TrieNode | undefined)[];
}

function objectTrieOf(): TrieNode {
  const root: TrieNode = { row: -1, children: [] };
  for (const [row, prefix] of prefixes.entries()) {
    let node = root;
    for (const digit of prefix) node = node.children[Number(digit)] ??= { row: -1, children: [] };
    node.row = row;
  }
  return root;
}

function countInTrie(root: TrieNode): number {
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

function countInMap(map: ReadonlyMap<string, number>): number {
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

function header() {
  return { name: 'bench', version: 1, currency: 'USD', rounding: 'halfUp' } as const;
}

function* rates(): Generator<Rate> {
  for (const [row, prefix] of prefixes.entries()) {
    yield {
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
}

function distinctPrefixes(): string[] {
  const distinct = new Set<string>();
  while (distinct.size < PREFIXES) distinct.add(number(4 + pick(8)));
  return [...distinct];
}

function cpuMsOf<T>(run: () => T): { readonly value: T; readonly cpuMs: number } {
  const before = process.cpuUsage();
  const value = run();
  const used = process.cpuUsage(before);
  return { value, cpuMs: (used.user + used.system) / 1000 };
}

function measured<T>(make: () => T): { readonly value: T; readonly heapBytes: number } {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const value = make();
  globalThis.gc?.();
  return { value, heapBytes: process.memoryUsage().heapUsed - before };
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)]!;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
