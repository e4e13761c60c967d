import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@tandem/testing';
import { eventually, pause } from '../harness/eventually.ts';
import type { NodeProcess } from '../harness/node-process.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';
import { hasSipp, Sipp } from '../harness/sipp.ts';
import { answeringPhone, type PhonePlace } from './call-load.ts';
import { fillDeck, samplePrefixes } from './deck-sample.ts';
import type { BenchResult, BenchRow } from './dispatch.bench.ts';

/*
 * A deck of a million rates, filled by COPY into a real Postgres:
 *
 *   load      from nothing to in force, in a worker thread; its longest stall of the main thread
 *   reload    a rate changed by SQL, with a hundred routes asked a second meanwhile
 *   decision  who calls, what it costs, which of two carriers: three handlers on the bus
 *   calls     SIPp at a hundred calls a second through a real node, reloads without a pause
 *
 * The rival is a plain Map filled in the main thread and walked by length. Load times are those of
 * the clock: run it on a quiet machine. Nodes run as built: `npm run build` first.
 *
 *   npm run bench -- decks [--json] [--rates 1000000]
 */

const RATES = 1_000_000;
const BUY_RATES = 10_000;
const NUMBERS = 200_000;
const RELOADS = 5;
const LOAD_WITHIN_MS = 300_000;
const CALLS_PER_SECOND = 100;
const CALL_SECONDS = 30;
/** The answered second of the last calls. */
const TAIL_MS = 3_000;
const SOURCE = '127.0.0.71';
const CARRIER = '127.0.0.72';
const DECK = 'sell-m';

interface Pauses {
  readonly gapMs: number;
  readonly delayMs: number;
}

interface Loaded extends Pauses {
  readonly ms: number;
  readonly cpuMs: number;
  readonly isFirst?: boolean;
}

interface Reloaded extends Pauses {
  readonly ms: number;
  readonly failed: number;
}

interface Decided {
  readonly us: number;
  readonly routed: number;
}

/** Runs the bench; takes some two minutes. */
export async function run(rates = RATES): Promise<BenchResult> {
  const carrier = { localHost: CARRIER, localPort: await freePort(CARRIER) };
  const plugin = fileURLToPath(new URL('gap-meter-plugin.mjs', import.meta.url));
  const conf = `[plugins]\nload=${plugin}`;
  await using cluster = await ProcessCluster.start({ nodes: 1, conf });
  await setUp(cluster, carrier);
  const prefixes = samplePrefixes(rates);
  await fillDeck(cluster.database.url, 'buy-m', samplePrefixes(BUY_RATES), 0.1);
  await fillDeck(cluster.database.url, DECK, prefixes, 1);
  // What the database does by itself after a while, it would else do in the middle of measuring.
  await cluster.database.query('vacuum analyze rates');
  const size = rates === RATES ? '1M rates' : `${rates} rates`;
  const alone = await measureAlone(cluster, prefixes, size);
  const calls = await measureCalls(cluster, carrier, prefixes, size);
  return { name: 'decks', rows: [...alone, ...calls] };
}

/** Without calls: each in a process of its own, one after the other. */
async function measureAlone(
  cluster: ProcessCluster,
  prefixes: readonly string[],
  size: string,
): Promise<BenchRow[]> {
  const { url } = cluster.database;
  const numbers = numbersOf(prefixes);
  const ids = await deckIds(cluster);
  const rival = start('deck-rival.mjs', url);
  const rivalLoad = await answerOf<Loaded>(rival);
  const rivalDecision = await ask<Decided>(rival, { numbers, ...ids });
  await end(rival);
  const judge = start('deck-judge.mjs', url, DECK);
  const load = await answerOf<Loaded>(judge);
  if (load.isFirst !== true) console.error('other programs may count as stalls: see gap-meter.mjs');
  const reloads: Reloaded[] = [];
  for (let turn = 0; turn < RELOADS; turn++) {
    const version = await changeRate(cluster);
    reloads.push(
      await ask<Reloaded>(judge, { reload: { version, called: numbers.slice(0, 1_000) } }),
    );
  }
  const decision = await ask<Decided>(judge, { numbers });
  await end(judge);
  if (decision.routed !== rivalDecision.routed) throw new Error('the two do not decide alike');
  return [
    besideRival(`load of ${size}`, load.ms, rivalLoad.ms, 'ms', 5_000),
    besideRival(`load of ${size}, CPU`, load.cpuMs, rivalLoad.cpuMs, 'ms'),
    besideRival(`load of ${size}, longest stall`, stallOf(load), stallOf(rivalLoad), 'ms', 10),
    row(`reload of ${size} after a change, median`, medianOf(reloads.map(({ ms }) => ms)), 'ms'),
    row(`reload of ${size}, longest stall`, Math.max(...reloads.map(stallOf)), 'ms', 10),
    row('routes refused meanwhile', sum(reloads.map(({ failed }) => failed)), 'calls', 0),
    besideRival(`decision over ${size}`, decision.us, rivalDecision.us, 'µs', 5),
  ];
}

/** A real node, which SIPp calls while the deck is reloaded again and again. */
async function measureCalls(
  cluster: ProcessCluster,
  carrier: PhonePlace,
  prefixes: readonly string[],
  size: string,
): Promise<BenchRow[]> {
  const node = cluster.node(1);
  await inForce(node, await changeRate(cluster));
  await using _carrier = await answeringPhone(carrier);
  const calm = await callsWith(cluster, prefixes, async () => await pause(1_000));
  let reloads = 0;
  const busy = await callsWith(cluster, prefixes, async () => {
    await inForce(node, await changeRate(cluster));
    reloads++;
  });
  const under = `at ${CALLS_PER_SECOND} calls/s`;
  return [
    row(`reloads of ${size} ${under}`, reloads, 'reloads'),
    row(`calls failed meanwhile`, busy.failed, 'calls', 0),
    row(`longest stall ${under}, with reloads`, stallOf(busy), 'ms', 10),
    row(`longest stall ${under}, without`, stallOf(calm), 'ms'),
    row(`calls failed without`, calm.failed, 'calls', 0),
  ];
}

/** SIPp calls; meanwhile `meanwhile` is done over and over. */
async function callsWith(
  cluster: ProcessCluster,
  prefixes: readonly string[],
  meanwhile: () => Promise<void>,
): Promise<Pauses & { failed: number }> {
  const node = cluster.node(1);
  const calls = CALLS_PER_SECOND * CALL_SECONDS;
  await node.metric('bench_longest_gap_ms');
  const sipp = await Sipp.start({
    scenario: 'call-from-known-source',
    remote: node.sip,
    service: `${prefixes[0]}1234`,
    localHost: SOURCE,
    localPort: await freePort(SOURCE),
    calls,
    callsPerSecond: CALLS_PER_SECOND,
  });
  await using _sipp = sipp;
  while (sipp.process.exitCode === null) await meanwhile();
  const { successful } = await sipp.result();
  await pause(TAIL_MS);
  const gapMs = await node.metric('bench_longest_gap_ms');
  return { gapMs, delayMs: gapMs, failed: calls - successful };
}

/** One tenant known by its address, two routes by carriers whose rates leave a margin. */
async function setUp(cluster: ProcessCluster, { localHost, localPort }: PhonePlace) {
  const trunk = { direction: 'outbound', address: `sip:${localHost}:${localPort}`, deck: 'buy-m' };
  const file = path.join(cluster.directory, 'set-up.json');
  const setup = {
    decks: [
      { name: DECK, kind: 'sell', currency: 'USD' },
      { name: 'buy-m', kind: 'buy', currency: 'USD', rates: [{ prefix: '', rate: '0.01' }] },
    ],
    trunks: [
      { name: 'acme-in', direction: 'inbound', sources: [SOURCE] },
      { name: 'carrier-1', ...trunk },
      { name: 'carrier-2', ...trunk },
    ],
    profiles: [
      {
        name: 'std',
        order: 'cost',
        routes: [
          { trunk: 'carrier-1', priority: 1 },
          { trunk: 'carrier-2', priority: 2 },
        ],
      },
    ],
    tenants: [
      {
        name: 'acme',
        currency: 'USD',
        deck: DECK,
        profile: 'std',
        trunks: ['acme-in'],
        countries: 'any',
        maxRate: '10',
      },
    ],
  };
  await writeFile(file, JSON.stringify(setup));
  for (const verb of [
    ['apply', file],
    ['recharge', 'acme', '1000000'],
  ]) {
    const { code, stdout, stderr } = await cluster.tandem([...verb, '--config', cluster.conf]);
    if (code !== 0) throw new Error(`${verb[0]} failed: ${stderr}${stdout}`);
  }
}

/** Changes one rate by hand; the version that the deck has then. */
async function changeRate({ database }: ProcessCluster): Promise<number> {
  await database.query(
    `update rates set rate = rate + 0.0001 where id = (select min(r.id) from rates r
      join rate_decks d on d.id = r.deck_id where d.name = $1)`,
    [DECK],
  );
  const [deck] = await database.query<{ version: string }>(
    'select version from rate_decks where name = $1',
    [DECK],
  );
  return Number(deck?.version);
}

async function deckIds({ database }: ProcessCluster): Promise<{ sell: string; buy: string }> {
  const rows = await database.query<{ id: string; kind: string }>(
    'select id::text, kind from rate_decks',
  );
  const idOf = (kind: string): string => rows.find((deck) => deck.kind === kind)?.id ?? '';
  return { sell: idOf('sell'), buy: idOf('buy') };
}

async function inForce(node: NodeProcess, version: number): Promise<void> {
  await eventually(
    `version ${version} is in force`,
    async () => {
      const { nodes } = await node.api<{ nodes: { decks: { name: string; version: number }[] }[] }>(
        '/nodes',
      );
      return nodes[0]?.decks.some((deck) => deck.name === DECK && deck.version >= version);
    },
    LOAD_WITHIN_MS,
  );
}

/** Numbers as they are dialled, each with one of the prefixes. */
function numbersOf(prefixes: readonly string[]): readonly string[] {
  return Array.from({ length: NUMBERS }, (_, index) => {
    const prefix = prefixes[(index * 7_919) % prefixes.length] ?? '';
    return [prefix, '5550123456789'.slice(0, 15 - prefix.length)].join('');
  });
}

function start(file: string, ...args: string[]): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv: [] });
}

async function ask<T>(child: ChildProcess, question: object): Promise<T> {
  child.send(question);
  return await answerOf<T>(child);
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${child.spawnfile} ended too early`);
  });
  const [answer] = (await Promise.race([once(child, 'message'), ended])) as [T];
  ended.catch(() => undefined);
  return answer;
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.send({ stop: true });
  await ended;
}

function stallOf({ gapMs, delayMs }: Pauses): number {
  return Math.max(gapMs, delayMs);
}

function row(what: string, value: number, unit: string, bound?: number): BenchRow {
  const plain = { what, value: rounded(value), unit };
  return bound === undefined ? plain : { ...plain, bound };
}

function besideRival(
  what: string,
  value: number,
  rival: number,
  unit: string,
  bound?: number,
): BenchRow {
  const ratio = rounded(value / rival);
  return { ...row(what, value, unit, bound), rival: rounded(rival), ratio };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other).at(Math.floor(values.length / 2)) ?? 0;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

if (process.argv[1] === import.meta.filename) {
  if (!hasSipp || !hasNats) {
    console.error(
      'SKIPPED, LOUDLY: this bench needs sipp and nats-server; npm run setup -- --test',
    );
    process.exit(1);
  }
  const at = process.argv.indexOf('--rates');
  const result = await run(at < 0 ? RATES : Number(process.argv[at + 1]));
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else console.table(result.rows);
}
