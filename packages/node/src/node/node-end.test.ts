import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock } from '@tandem/engine';
import { openTestDatabase, type TestDatabase } from '@tandem/store/testing';
import { Phone, type PhoneCall } from '@tandem/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withFeatures } from '../offline/with-features.ts';
import { runSetUp } from '../setup/run-set-up.ts';
import { type NodeSettings, readSettings } from './settings.ts';
import { TandemNode } from './tandem-node.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-end-'));
process.chdir(folder);
const file = join(folder, 'clustering.conf');

let database: TestDatabase;
let node: TandemNode;
const phones: Phone[] = [];

beforeEach(async () => {
  database = await openTestDatabase();
  writeFileSync(
    file,
    `[database]\nurl=${database.url}\n[sip]\nlisten=udp:127.0.0.1:0\n[console]\nlisten=127.0.0.1:0\n[switch]\ndrainNoticeMs=0\n`,
  );
  const source = { file, node: 'n1', overrides: [] };
  const { settings } = await readSettings(source);
  await addUsers(settings!);
  const options = { settings: settings!, source, version: '0.1.0', log: silentLog };
  node = await TandemNode.start(options);
});

afterEach(async () => {
  for (const phone of phones.splice(0)) await phone.close();
  await node.stop();
  await database[Symbol.asyncDispose]();
});

async function addUsers(settings: NodeSettings): Promise<void> {
  const users = ['alice', 'bob'].map((name) => ({ name, password: `secret-${name}` }));
  const terminal = { err: () => undefined } as unknown as Parameters<typeof withFeatures>[1];
  const options = { mode: 'apply', prune: false, actor: 'test' } as const;
  await withFeatures(settings, terminal, (ground) => runSetUp(ground, { users }, options));
}

async function openPhone(name: string): Promise<Phone> {
  const server = node.addresses[0]!.replace(/^udp:/, '');
  const password = `secret-${name}`;
  const phone = await Phone.open({ clock: systemClock, name, password, server });
  phones.push(phone);
  return phone;
}

async function connect(): Promise<{ alice: Phone; near: PhoneCall; far: PhoneCall }> {
  const bob = await openPhone('bob');
  expect((await bob.register()).status).toBe(200);
  const alice = await openPhone('alice');
  const near = alice.call('bob');
  const far = await bob.nextCall();
  far.answer();
  await near.answered.wait();
  return { alice, near, far };
}

test('a node that is told to end says BYE with a cause, forgets its phones, and is gone in time', async () => {
  const { near, far } = await connect();
  expect(await database.query('select username from registrations')).toHaveLength(1);
  const beganMs = performance.now();
  await node.stop();
  expect(performance.now() - beganMs).toBeLessThan(5_000);
  for (const call of [near, far]) {
    await call.ended.wait();
    const bye = call.requests.find(({ method }) => method === 'BYE');
    expect(bye?.headers.get('Reason')).toMatch(/Q\.850;\s*cause=31/);
  }
  expect(await database.query('select username from registrations')).toEqual([]);
  const records = readFileSync(join(folder, 'data/n1/cdr.jsonl'), 'utf8').trimEnd().split('\n');
  expect(records.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { operation: 'finalize', reason: 'shutdown', hangupBy: 'engine' },
    { operation: 'finalize', reason: 'shutdown', hangupBy: 'engine' },
  ]);
});

test('a node that drains keeps its calls, takes no new ones, and ends with the last', async () => {
  const { alice, near, far } = await connect();
  node.drain();
  const ready = await fetch(`${node.consoleUrl}/readyz`);
  expect(ready.status).toBe(503);
  const late = alice.call('bob');
  expect(await late.refused.wait()).toBe(503);
  const asked = await alice.request('OPTIONS', `sip:${alice.server}`, []);
  expect(asked.status).toBe(503);
  expect(Number(asked.get('Retry-After'))).toBeGreaterThan(0);
  expect(near.ended.isOver).toBe(false);
  expect(await near.hangUp()).toBe(200);
  await far.ended.wait();
  await node.ended;
});

test('a reload leaves calls as they are', async () => {
  const { near, far } = await connect();
  const more = 'ringTimeoutMs=7000\n[general]\nprefix=cluster\n[registrar]\nmaxContacts=3\n';
  writeFileSync(file, `${readFileSync(file, 'utf8')}${more}`);
  const report = await node.reload(false);
  expect(report).toMatchObject({ problems: [], changed: ['general', 'switch', 'registrar'] });
  expect(node.calls).toBe(1);
  expect(await near.sendDigit('5')).toBe(200);
  expect(await near.hangUp()).toBe(200);
  await far.ended.wait();
});
