import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@tandem/engine';
import { MemoryHub } from '@tandem/mesh';
import { openTestDatabase, type TestDatabase } from '@tandem/store/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSettings } from '../node/settings.ts';
import { TandemNode } from '../node/tandem-node.ts';

const NAMES = ['n1', 'n2', 'n3'] as const;
const folder = mkdtempSync(join(tmpdir(), 'tandem-reload-'));
process.chdir(folder);

let database: TestDatabase;
let nodes: readonly TandemNode[];
const hub = new MemoryHub();
let taken: Socket;

beforeAll(async () => {
  database = await openTestDatabase();
  taken = createSocket('udp4');
  await new Promise<void>((resolve) => void taken.bind(0, '127.0.0.1', resolve));
  for (const name of NAMES) writeConf(name);
  nodes = await Promise.all(NAMES.map((name) => startNode(name)));
});

afterAll(async () => {
  await Promise.all(nodes?.map((node) => node.stop()) ?? []);
  taken?.close();
  await database?.[Symbol.asyncDispose]();
});

function writeConf(name: string, more = '', listen = '127.0.0.1:0'): void {
  const lines = [
    `[database]\nurl=${database.url}\n[console]\nlisten=127.0.0.1:0`,
    `[sip]\nlisten=udp:${listen}`,
  ];
  writeFileSync(join(folder, `${name}.conf`), `${[...lines, more].join('\n')}\n`);
}

async function startNode(node: string): Promise<TandemNode> {
  const source = { file: join(folder, `${node}.conf`), node, overrides: [] };
  const { settings } = await readSettings(source);
  const options = { settings: settings!, source, version: '0', log: silentLog };
  return await TandemNode.start({ ...options, transport: hub.transport() });
}

interface Reloaded {
  readonly status: number;
  readonly body: {
    readonly isReloaded: boolean;
    readonly nodes: readonly { readonly node: string; readonly problems: readonly string[] }[];
    readonly error?: { readonly message: string };
  };
}

async function reload(): Promise<Reloaded> {
  const response = await fetch(`${nodes[0]!.consoleUrl}/api/v1/reload`, { method: 'POST' });
  return { status: response.status, body: (await response.json()) as Reloaded['body'] };
}

const limits = (): number[] => nodes.map((node) => node.switch.settings.callsMax);

test('a fault in the conf of one node changes nothing on any, and its answer names the place', async () => {
  for (const node of nodes) await expect.poll(() => node.mesh.membership.peers.length).toBe(2);
  writeConf('n1', '[switch]\ncallsMax=77');
  writeConf('n2', '[switch]\ncallsMax=many');
  writeConf('n3', '[switch]\ncallsMax=77');
  const { status, body } = await reload();
  expect(status).toBe(409);
  expect(body.isReloaded).toBe(false);
  expect(body.error?.message).toMatch(/^n2: .*n2\.conf:\d+ \[switch\] callsMax/);
  expect(body.nodes.map(({ node }) => node).toSorted()).toEqual([...NAMES]);
  expect(limits()).toEqual([20_000, 20_000, 20_000]);
});

test('where one node cannot switch, those that did go back', async () => {
  const { port } = taken.address();
  writeConf('n2', '[switch]\ncallsMax=77', `127.0.0.1:${port}`);
  const { status, body } = await reload();
  expect(status).toBe(409);
  expect(body.error?.message).toMatch(/^n2: .*EADDRINUSE/);
  expect(limits()).toEqual([20_000, 20_000, 20_000]);
  for (const node of nodes) expect(node.addresses.length).toBe(1);
});

test('when all are right all switch, and a dead node keeps nobody from it', async () => {
  writeConf('n2', '[switch]\ncallsMax=77');
  await nodes[2]!.stop();
  await expect.poll(() => nodes[0]!.mesh.membership.find('n3')?.state).toBe('dead');
  const { status, body } = await reload();
  expect(status, body.error?.message).toBe(200);
  expect(body).toMatchObject({ isReloaded: true });
  expect(body.nodes.map(({ node }) => node).toSorted()).toEqual(['n1', 'n2']);
  expect(limits().slice(0, 2)).toEqual([77, 77]);
});
