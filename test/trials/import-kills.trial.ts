import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { NodeRow } from '@tandem/console';
import { TestServer } from '@tandem/store/testing';
import { freePort } from '@tandem/testing';
import { samplePrefixes } from '../bench/deck-sample.ts';
import { eventually, pause } from '../harness/eventually.ts';
import { furnishOneTenant } from '../harness/one-tenant.ts';
import { ProcessCluster } from '../harness/process-cluster.ts';
import { tandemProgram } from '../harness/run-tandem.ts';
import { Sipp } from '../harness/sipp.ts';

// npm run trial -- import-kills [--rates 200000]: a deck is imported and applied, and what does it
// is killed in the middle: the command line, the node that it asked, that node's connection, the
// whole Postgres. The old version must serve on, whole; calls to the other node must not fail; and
// the same import must go through afterwards.

const { values } = parseArgs({ options: { rates: { type: 'string', default: '200000' } } });
const rates = Number(values.rates);
const PATIENCE_MS = 120_000;
const SOURCE = '127.0.0.71';
const CARRIER = '127.0.0.72';
const DECK = 'sell-a';
const NUMBER = '12025550100';

/** Where in an import it is killed, by what it says of its progress. */
const MOMENTS = ['50 % read', '100 % read', '20 % written', '90 % written', '100 % written'];

const faults: string[] = [];
const carrierPort = await freePort(CARRIER);
await using _carrier = await Sipp.start({
  scenario: 'answer',
  localHost: CARRIER,
  localPort: carrierPort,
});
const database = await TestServer.start();
await using cluster = await ProcessCluster.start({ nodes: 2, database });
await furnishOneTenant(cluster, {
  source: SOURCE,
  carrier: `${CARRIER}:${carrierPort}`,
  balance: '100000',
});
const prefixes = samplePrefixes(rates);
const [first, second, setUp] = ['first.csv', 'second.csv', 'set-up.json'].map((name) =>
  path.join(cluster.directory, name),
) as [string, string, string];
const lines = (rate: string) => prefixes.map((prefix) => `${prefix},${rate},1/1`).join('\n');
await writeFile(first, `prefix,rate,increment\n${NUMBER},0.5,1/1\n${lines('0.5')}\n`);
await writeFile(second, `prefix,rate,increment\n${NUMBER},0.6,1/1\n${lines('0.6')}\n`);
const changed = prefixes.map((prefix) => ({ prefix, rate: '0.7', first: 1, next: 1 }));
const deck = { name: DECK, kind: 'sell', currency: 'USD', rates: changed };
await writeFile(setUp, JSON.stringify({ decks: [deck] }));

const [node1, node2] = [cluster.node(1), cluster.node(2)];
const byDatabase = ['--config', cluster.conf];
const byNode = ['--api', node2.url('')];
const importing = (sheet: string) => ['deck', 'import', sheet, '--deck', DECK, '--kind', 'sell'];
const began = performance.now();
await mustDo([...importing(first), ...byDatabase]);
tell(`an import of ${rates} rows took ${secondsSince(began)} s`);
const before = await stateOf();
await inForce(before.version);

const caller = await Sipp.start({
  scenario: 'call-from-known-source',
  remote: node1.sip,
  service: NUMBER,
  localHost: SOURCE,
  localPort: await freePort(SOURCE),
  callsPerSecond: 5,
});
for (const moment of MOMENTS) {
  await kill('the command line', moment, byDatabase, async (command) => {
    command.kill('SIGKILL');
  });
  await kill('the command line that asked a node', moment, byNode, async (command) => {
    command.kill('SIGKILL');
  });
  await kill('the connection of the thread that imports', moment, byNode, async () => {
    await database.query(
      `select pg_terminate_backend(l.pid) from pg_locks l join pg_class c on c.oid = l.relation
        where c.relname = 'rate_decks' and l.mode = 'RowShareLock' and l.pid <> pg_backend_pid()`,
    );
  });
}
for (const afterMs of [1_000, 3_000, 5_000]) {
  await kill('an apply', `${afterMs} ms`, byDatabase, async (command) => command.kill('SIGKILL'));
}
for (const moment of MOMENTS.slice(1, 4)) {
  await kill('the node', moment, byNode, async () => await node2.kill());
}
caller.endGracefully();
const { successful, failed } = await caller.result();
tell(`${successful} calls to the other node, ${failed} failed`);
if (failed > 0 || successful === 0) faults.push(`${failed} calls failed`);
for (const moment of MOMENTS.slice(1, 4)) {
  await kill('Postgres', moment, byDatabase, async () => await database.kill());
}

const again = performance.now();
await mustDo([...importing(second), ...byNode]);
tell(`the same import by a node went through in ${secondsSince(again)} s`);
const after = await stateOf();
if (after.newest < rates) faults.push(`after it ${after.newest} rates are of the new sheet`);
await inForce(after.version);
await mustDo(['apply', setUp, ...byDatabase]);
await inForce((await stateOf()).version);
for (const fault of faults) process.stderr.write(`WRONG ${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** Starts an import, or an apply, and kills at a moment; then all must be as it was. */
async function kill(
  what: string,
  moment: string,
  way: readonly string[],
  strike: (command: ChildProcess) => Promise<unknown>,
): Promise<void> {
  const isApply = what === 'an apply';
  const args = isApply ? ['apply', setUp] : importing(second);
  const command = spawn(process.execPath, [tandemProgram, ...args, ...way], {
    cwd: cluster.directory,
  });
  let told = '';
  const keep = (chunk: unknown): void => void (told += String(chunk));
  command.stdout.on('data', keep);
  command.stderr.on('data', keep);
  const ended = new Promise<void>((resolve) => void command.once('close', () => resolve()));
  const isThere = isApply
    ? pause(Number.parseInt(moment, 10))
    : eventually(moment, () => isPast(told, moment) || command.exitCode !== null, PATIENCE_MS);
  await isThere;
  await strike(command);
  await ended;
  if (what === 'Postgres') await database.resume();
  if (what === 'the node') await node2.start();
  await eventually('nobody writes rates any more', isQuiet, PATIENCE_MS);
  const state = await stateOf();
  const isOld = JSON.stringify(state) === JSON.stringify(before);
  const isNew = state.version > before.version && state.newest >= rates;
  const outcome = isOld ? 'the old version, whole' : isNew ? 'the new one, whole' : 'HALF';
  tell(`${what} killed at ${moment}: ${outcome}; exit ${command.exitCode ?? command.signalCode}`);
  if (outcome === 'HALF') faults.push(`${what} at ${moment}: ${JSON.stringify(state)}`);
  if (isOld && command.exitCode === 0) faults.push(`${what} at ${moment}: said that all is well`);
  if (isOld) await inForce(before.version);
  else await restore();
}

/** Whether a command has told that it is as far as `20 % written`, or farther. */
function isPast(told: string, moment: string): boolean {
  const [share, , stage] = moment.split(' ');
  return [...told.matchAll(/(\d+) % (\w+)/g)].some(
    ([, percent, name]) => name === stage && Number(percent) >= Number(share),
  );
}

/** Puts the deck back as it was, with a version that is newer. */
async function restore(): Promise<void> {
  await mustDo(['deck', 'rollback', DECK, ...byDatabase]);
  Object.assign(before, await stateOf());
  await inForce(before.version);
}

async function isQuiet(): Promise<boolean> {
  const rows = await database
    .query(
      `select 1 from pg_locks l join pg_class c on c.oid = l.relation
        where c.relname = 'rate_decks' and l.mode = 'RowShareLock'`,
    )
    .catch(() => [undefined]);
  return rows.length === 0;
}

/** The deck as it stands: its version, all its rates as one sum, and those of the second sheet. */
async function stateOf(): Promise<{ version: number; sum: string; rows: number; newest: number }> {
  const [row] = await database.query<Record<string, string>>(
    `select d.version, count(*) as rows, count(*) filter (where rate > 0.5) as newest,
        sum(hashtextextended(r::text, 0)::numeric)::text as sum
      from rate_decks d join rates r on r.deck_id = d.id where d.name = $1 group by d.version`,
    [DECK],
  );
  const { version, sum = '', rows, newest } = row ?? {};
  return { version: Number(version), sum, rows: Number(rows), newest: Number(newest) };
}

/** Waits until every node goes by a version, and has no other of the deck. */
async function inForce(version: number): Promise<void> {
  await eventually(
    `both nodes go by version ${version}`,
    async () => {
      const { nodes } = await node1.api<{ nodes: NodeRow[] }>('/nodes');
      const know = nodes.filter(({ decks }) =>
        decks.some((one) => one.name === DECK && one.version === version),
      );
      return know.length === 2;
    },
    PATIENCE_MS,
  );
}

async function mustDo(args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await cluster.tandem(args);
  if (code !== 0) throw new Error(`tandem ${args.join(' ')}: ${stdout}${stderr}`);
}

function secondsSince(startMs: number): string {
  return ((performance.now() - startMs) / 1_000).toFixed(1);
}

function tell(text: string): void {
  process.stdout.write(`${text}\n`);
}
