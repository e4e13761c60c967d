import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, type LogFields, silentLog } from '@tandem/engine';
import { openTestDatabase, type TestDatabase } from '@tandem/store/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Terminal } from '../cli/terminal.ts';
import { main } from '../main.ts';
import { readSettings } from '../node/settings.ts';
import { TandemNode } from '../node/tandem-node.ts';

/*
 * Each verb of money, once at the database and once by a running node: the same words, the same
 * answer, the same exit code.
 */

const audited: LogFields[] = [];
const keep = (_: string, fields: LogFields = {}): void => {
  if (fields['audit'] !== undefined) audited.push(fields);
};
const log: Log = { ...silentLog, info: keep, warn: keep, with: () => log };

let database: TestDatabase;
let node: TandemNode;
const folder = mkdtempSync(join(tmpdir(), 'tandem-money-'));

beforeAll(async () => {
  process.chdir(folder);
  database = await openTestDatabase();
  const source = {
    node: 'n1',
    overrides: [
      `database.url=${database.url}`,
      'sip.listen=udp:127.0.0.1:0',
      'console.listen=127.0.0.1:0',
      'console.token=boss',
      'console.billingToken=clerk',
      'console.readToken=guest',
    ],
  };
  const { settings } = await readSettings(source);
  node = await TandemNode.start({ settings: settings!, source, version: '0.1.0', log });
  const name = month(-3).replace('-', '_');
  await database.query(`create table cdrs_${name} partition of cdrs
    for values from ('${month(-3)}-01') to ('${month(-2)}-01')`);
  const [deck] = await database.query<{ id: string }>(
    `insert into rate_decks (name, kind, currency) values ('sell', 'sell', 'USD') returning id`,
  );
  await database.query(`insert into tenants (name, currency, deck_id) values ('acme', 'USD', $1)`, [
    deck!.id,
  ]);
  await database.query(`insert into cdrs (cdr_id, call_id, leg, attempt, is_final, node, start_time,
      duration_ms, talk_ms, status, kind, a_number_in)
    values ('old', 'old', 'a', 0, true, 'n1', '${month(-3)}-11', 1, 0, 'busy', 'call', '=1+1')`);
}, 60_000);

afterAll(async () => {
  await node?.stop();
  await database?.[Symbol.asyncDispose]();
});

function month(ahead: number): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead))
    .toISOString()
    .slice(0, 7);
}

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function say(...argv: string[]): Promise<Said> {
  let [out, err] = ['', ''];
  const terminal: Terminal = {
    isWatched: false,
    env: {},
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    readInput: async () => '',
    onSignal: () => () => undefined,
    onBug: () => () => undefined,
    pause: async () => undefined,
    hold: () => () => undefined,
    exitAfter: () => undefined,
  };
  return { code: await main(argv, terminal), out, err };
}

const atDatabase = (...argv: string[]): Promise<Said> =>
  say(...argv, '--set', `database.url=${database.url}`, '-N', 'desk');
const byNode = (token: string, ...argv: string[]): Promise<Said> =>
  // A database that is none: whoever is asked here has no other way than the node.
  say(
    ...argv,
    '--api',
    node.consoleUrl!,
    '--token',
    token,
    '--set',
    'database.url=postgres://[::1]:1/x',
  );

test('a recharge, a policy, bills, statistics and the proof are the same by a node', async () => {
  const pay = ['recharge', 'acme', '50', '--reference', 'inv-1'];
  expect(await byNode('clerk', ...pay)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/balance 50\.000000$/m),
  });
  expect((await atDatabase(...pay)).out).toMatch(/paid in before: not again/);
  expect(await byNode('clerk', 'recharge', 'nobody', '1')).toMatchObject({ code: 1 });
  expect(await byNode('guest', ...pay)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/needs the role billing/),
  });

  const policy = ['billing-policy', 'acme', '--low-balance', '5', '--cycle', 'monthly'];
  expect(await byNode('clerk', ...policy)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/billCycle: monthly/),
  });
  const reads = [
    ['billing-policy', 'acme'],
    ['bills'],
    ['bill-run'],
    ['statistics'],
    ['poison'],
    ['rerate', '--tenant', 'acme', '--from', '2026-01-01', '--to', '2030-01-01'],
    ['cdr-archive', '--keep', '1', '--dry-run'],
  ];
  for (const verb of reads) {
    const there = await byNode('boss', ...verb);
    expect({ verb, ...there }).toEqual({ verb, ...(await atDatabase(...verb)) });
    expect({ verb, code: there.code }).toEqual({ verb, code: 0 });
  }
  for (const verb of [
    ['explain', 'nobody'],
    ['bill', '77'],
    ['poison', '--retry', 'x'],
  ]) {
    expect({ verb, code: (await byNode('boss', ...verb)).code }).toEqual({ verb, code: 1 });
    expect({ verb, code: (await atDatabase(...verb)).code }).toEqual({ verb, code: 1 });
  }
  const wrong = ['rerate', '--tenant', 'nobody', '--from', '2026-01-01', '--to', '2027-01-01'];
  expect((await byNode('clerk', ...wrong)).code).toBe(2);
  expect((await atDatabase(...wrong)).code).toBe(2);
});

test('the proof says whether running calls were compared, and by whom', async () => {
  expect(await byNode('clerk', 'reconcile')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/by n1$/m),
  });
  expect(await atDatabase('reconcile')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/no node was asked/),
  });
  // One of this machine is found by itself; where it refuses, the reason is told.
  const nearby = ['reconcile', '--set', `database.url=${database.url}`, '-N', 'n1', '--token'];
  expect(await say(...nearby, 'clerk')).toMatchObject({
    out: expect.stringMatching(/by n1$/m),
    err: '',
  });
  expect(await say(...nearby, 'nobody')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/no node was asked/),
    err: expect.stringMatching(/the running node was not asked.*token/),
  });
  await database.query(`insert into node_boots (boot, node, dead_after)
    values ('ghost', 'n2', interval '1 hour')`);
  expect(await byNode('clerk', 'reconcile')).toMatchObject({
    out: expect.stringMatching(/^n2 does not answer/m),
  });
  await database.query(`delete from node_boots where boot = 'ghost'`);
});

test('records are exported by a node as by the database; it is written down', async () => {
  audited.length = 0;
  const [there, here] = [join(folder, 'there.csv'), join(folder, 'here.csv')];
  const filter = ['--status', 'busy', '--caller', '=', '--at-node', 'n1'];
  const said = await byNode('guest', 'cdr-export', there, ...filter);
  expect(said).toEqual({ code: 0, out: `1 records written to ${there}\n`, err: '' });
  expect((await atDatabase('cdr-export', here, ...filter)).code).toBe(0);
  expect(readFileSync(there, 'utf8')).toBe(readFileSync(here, 'utf8'));
  expect(readFileSync(there, 'utf8')).toContain(`,'=1+1,`);
  await expect
    .poll(() => audited)
    .toMatchObject([
      { audit: 'export', actor: 'read@127.0.0.1', path: '/api/v1/cdrs/export', status: 200 },
    ]);
  expect(await byNode('guest', 'cdr-export', there, '--code', '9')).toMatchObject({ code: 2 });
  expect(await atDatabase('cdr-export', here, '--code', '9')).toMatchObject({ code: 2 });
  expect(await byNode('nobody', 'cdr-export', there)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/token/),
  });
});

test('old records leave by a node: exported first, then deleted', async () => {
  const directory = join(folder, 'archive');
  const archive = ['cdr-archive', '--keep', '1', '--export', directory, '--drop'];
  expect(await byNode('clerk', ...archive)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/role admin/),
  });
  expect(await byNode('boss', ...archive)).toEqual({
    code: 0,
    out: `${month(-3)}: 1 records deleted\n`,
    err: '',
  });
  expect(readdirSync(directory)).toEqual([`cdrs-${month(-3)}.csv`]);
  expect(await atDatabase('cdr-archive', '--keep', '1')).toMatchObject({
    out: expect.stringMatching(/no month is old/),
  });
  expect((await atDatabase('cdr-export', '/dev/null/x')).code).toBe(1);
});
