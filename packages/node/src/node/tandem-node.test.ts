import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFault, silentLog } from '@tandem/engine';
import { MemoryHub, type Transport } from '@tandem/mesh';
import { openTestDatabase, type TestDatabase } from '@tandem/store/testing';
import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';
import { TandemNode } from './tandem-node.ts';

process.chdir(mkdtempSync(join(tmpdir(), 'tandem-node-')));

interface StartOptions {
  readonly url: string;
  readonly transport?: Transport;
  readonly sets?: readonly string[];
}

async function startNode(
  node: string,
  { url, transport, sets = [] }: StartOptions,
): Promise<TandemNode> {
  const overrides = [
    `database.url=${url}`,
    'sip.listen=udp:127.0.0.1:0',
    'console.listen=127.0.0.1:0',
    ...sets,
  ];
  const source = { node, overrides };
  const { settings, problems } = await readSettings(source);
  expect(problems).toEqual([]);
  return await TandemNode.start({
    settings: settings!,
    source,
    version: '0.1.0',
    log: silentLog,
    ...(transport && { transport }),
  });
}

async function readiness(node: TandemNode): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${node.consoleUrl}/readyz`);
  return { status: response.status, body: await response.json() };
}

test('three nodes share tables that each would make, and see one another', async () => {
  await using database: TestDatabase = await openTestDatabase();
  const { url } = database;
  const hub = new MemoryHub();
  const names = ['node1', 'node2', 'node3'];
  const nodes = await Promise.all(
    names.map((name) => startNode(name, { url, transport: hub.transport() })),
  );
  for (const node of nodes) {
    expect(await readiness(node)).toMatchObject({ status: 200 });
    await expect.poll(() => node.mesh.membership.peers.length).toBe(2);
  }
  const rows = async (): Promise<unknown> => {
    const response = await fetch(`${nodes[0]!.consoleUrl}/api/v1/nodes`);
    return ((await response.json()) as { nodes: unknown }).nodes;
  };
  await expect
    .poll(rows)
    .toMatchObject(names.map((name) => ({ name, state: 'up', database: 'up' })));

  await nodes[2]!.stop();
  await expect
    .poll(rows)
    .toMatchObject([{ state: 'up' }, { state: 'up' }, { name: 'node3', state: 'dead' }]);
  expect(existsSync('data/node3/console-url')).toBe(false);
  expect(existsSync('data/node1/console-url')).toBe(true);
  await Promise.all(nodes.map((node) => node.stop()));
});

test('a node whose database is away starts, says so, and is ready when it comes', async () => {
  await using database = await openTestDatabase();
  // Nothing listens there yet: a door that is opened later leads to the real server.
  const door = createServer();
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const { port } = door.address() as AddressInfo;
  await new Promise((resolve) => door.close(resolve));
  const target = new URL(database.url);
  const url = database.url.replace(`:${target.port}/`, `:${port}/`);

  await using node = await startNode('lonely', { url });
  expect(await readiness(node)).toMatchObject({
    status: 503,
    body: {
      state: 'starting',
      database: 'down',
      reasons: ['the node is starting', 'the database cannot be reached'],
    },
  });
  expect((await fetch(`${node.consoleUrl}/healthz`)).status).toBe(200);

  const { connect } = await import('node:net');
  const sockets: { destroy(): void }[] = [];
  const opened = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    sockets.push(client, server);
    for (const socket of [client, server]) socket.on('error', () => undefined);
    client.pipe(server).pipe(client);
  });
  await new Promise<void>((resolve) => opened.listen(port, '127.0.0.1', resolve));
  await expect.poll(async () => (await readiness(node)).status, { timeout: 15_000 }).toBe(200);

  await node.stop();
  for (const socket of sockets) socket.destroy();
  opened.close();
});

test('a port of the console that is taken ends the start, and nothing is left of it', async () => {
  await using database = await openTestDatabase();
  await using first = await startNode('one', { url: database.url });
  const { port } = new URL(first.consoleUrl);
  const sets = [`console.listen=127.0.0.1:${port}`];
  const fault: unknown = await startNode('two', { url: database.url, sets }).catch(
    (thrown: unknown) => thrown,
  );
  expect(isFault(fault, 'CONSOLE_ADDRESS_TAKEN')).toBe(true);
});

test('a directory that cannot be made is named', async () => {
  process.chdir(mkdtempSync(join(tmpdir(), 'tandem-node-')));
  writeFileSync('data', 'a file where a directory should be');
  const source = { node: 'blocked', overrides: [] };
  const { settings } = await readSettings(source);
  const options = { settings: settings!, source, version: '0', log: silentLog };
  const fault: unknown = await TandemNode.start(options).catch((thrown: unknown) => thrown);
  expect(isFault(fault) && fault.code).toBe('NODE_STATE_UNUSABLE');
});
