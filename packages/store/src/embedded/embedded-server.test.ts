import { isFault, systemClock } from '@tandem/engine';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../open-store.ts';
import type { Store } from '../store.ts';
import { EmbeddedServer } from './embedded-server.ts';
import { KernelLock } from './kernel-lock.ts';
import { readPostmaster } from './postmaster.ts';

const THIS_MODULE = new URL('./embedded-server.ts', import.meta.url).href;
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
/** A node as far as the server is concerned: joins, says so, leaves when its input ends. */
const NODE_PROGRAM = `
  import { EmbeddedServer } from ${JSON.stringify(THIS_MODULE)};
  let isStarter = false;
  const directory = process.env.TEST_DIRECTORY;
  const server = await EmbeddedServer.join({ directory, onLog: () => (isStarter = true) });
  console.log(JSON.stringify({ url: server.url, isStarter }));
  process.stdin.on('end', () => server.close()).resume();
`;

// As root this is a folder that no other user may enter, like root's home.
let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tandem-embedded-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

interface NodeProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly isStarter: boolean;
}

async function startNode(): Promise<NodeProcess> {
  const args = ['--conditions=tandem-source', '--import', TSX, '--input-type=module'];
  const child = spawn(process.execPath, [...args, '-e', NODE_PROGRAM], {
    env: { ...process.env, TEST_DIRECTORY: directory },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await new Promise<string[]>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (text) => resolve([text]));
    child.once('exit', (code) => reject(new Error(`node ended with ${code}`)));
  });
  return { child, ...(JSON.parse(line ?? '') as { url: string; isStarter: boolean }) };
}

const ended = async (child: ChildProcess) =>
  await new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
const kill = async ({ child }: NodeProcess) => {
  child.kill('SIGKILL');
  await ended(child);
};
const leave = async ({ child }: NodeProcess) => {
  child.stdin?.end();
  await ended(child);
};

/** When the server was started: tells one run of it from the next. */
async function startTimeOf(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query('select pg_postmaster_start_time()::text as at');
    return (rows[0] as { at: string }).at;
  } finally {
    await client.end();
  }
}

/** Whether the server has gone, to the last of its processes, within that time. */
async function isGoneWithin(waitMs: number): Promise<boolean> {
  const lock = new KernelLock(join(directory, 'server.lock'));
  try {
    return await lock.exclude(waitMs);
  } finally {
    lock.close();
  }
}

async function faultOf(work: Promise<unknown>) {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  return isFault(error) ? error : undefined;
}

describe('the embedded server', () => {
  it('is one for three nodes that start at the same instant, and survives its starter', async () => {
    const nodes = await Promise.all([startNode(), startNode(), startNode()]);
    const [url] = nodes.map((node) => node.url) as [string, string, string];
    expect(new Set(nodes.map((node) => node.url)).size).toBe(1);
    expect(nodes.filter((node) => node.isStarter)).toHaveLength(1);
    const startedAt = await startTimeOf(url);

    const starter = nodes.find((node) => node.isStarter)!;
    const [second, last] = nodes.filter((node) => !node.isStarter) as [NodeProcess, NodeProcess];
    await kill(starter);
    expect(await startTimeOf(url)).toBe(startedAt);
    await leave(second);
    expect(await startTimeOf(url)).toBe(startedAt);

    await kill(last);
    expect(await isGoneWithin(5_000)).toBe(true);
  });

  it('keeps address and data, and has gone when its last node has left', async () => {
    const formerUrl = (await readFile(join(directory, 'url'), 'utf8')).trim();
    const node = await startNode();
    expect(node).toMatchObject({ url: formerUrl, isStarter: true });
    const sister = await EmbeddedServer.join({ directory });
    await leave(node);
    expect(await isGoneWithin(0)).toBe(false);
    await sister.close();
    expect(await isGoneWithin(0)).toBe(true);
  });

  it('writes to the disk, serves this machine only, and keeps its password to itself', async () => {
    await using store = await openStore({ directory, clock: systemClock });
    expect(store.isEmbedded).toBe(true);
    expect(await store.durability()).toMatchObject({ fsync: true, synchronousCommit: 'on' });
    const [settings] = await store.call(`
      select current_setting('listen_addresses') as "listens",
             current_setting('unix_socket_directories') as "sockets",
             current_setting('max_connections')::int as "connections",
             current_setting('server_encoding') as "encoding",
             (select datcollate from pg_database where datname = current_database()) as "locale"`);
    expect(settings).toEqual({
      listens: '127.0.0.1',
      sockets: '',
      connections: 200,
      encoding: 'UTF8',
      locale: 'C',
    });
    for (const file of ['password', 'url', 'server.log']) {
      expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600);
    }
    const stranger = new URL(store.url);
    stranger.password = '';
    await expect(startTimeOf(stranger.href)).rejects.toThrow(/password/u);
  });

  it('is started again when it was killed: stores go down, come up, and say so', async () => {
    const open = async () => await openStore({ directory, clock: systemClock });
    await using first = await open();
    await using second = await open();
    await first.call('create table kept as select 1 as n');
    const stories = [first, second].map(follow);
    const inFlight = first.call('select pg_sleep(5)').catch((error: unknown) => error);

    const postmaster = await readPostmaster(join(directory, 'pgdata'));
    process.kill(postmaster?.pid ?? 0, 'SIGKILL');

    expect(isFault(await inFlight, 'STORE_CONNECTION_LOST')).toBe(true);
    for (const story of stories) {
      expect(await story).toEqual(['down STORE_UNREACHABLE', 'up', 'missed']);
    }
    expect(await first.call('select n from kept')).toEqual([{ n: 1 }]);
    expect(await second.call('select n from kept')).toEqual([{ n: 1 }]);
  });

  it('is not misled by the port file of a dead server whose pid lives again', async () => {
    expect(await isGoneWithin(0)).toBe(true);
    const lines = [process.pid, join(directory, 'pgdata'), 1, 1, '', '127.0.0.1', '0 0', 'ready'];
    await writeFile(join(directory, 'pgdata', 'postmaster.pid'), `${lines.join('\n')}\n`);
    await using store = await openStore({ directory, clock: systemClock });
    expect(store.isUp).toBe(true);
  });
});

describe('an embedded server that cannot be had', () => {
  it('says what Postgres said', async () => {
    const settings = { shared_buffers: 'plenty' };
    const fault = await faultOf(EmbeddedServer.join({ directory, settings }));
    expect(fault?.code).toBe('STORE_EMBEDDED_START_FAILED');
    expect(fault?.message).toMatch(/invalid value for parameter.*shared_buffers.*plenty/u);
    expect(await isGoneWithin(0)).toBe(true);
  });

  it('names a directory that cannot be made', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    const fault = await faultOf(EmbeddedServer.join({ directory: join(file, 'below') }));
    expect(fault?.code).toBe('STORE_EMBEDDED_DIRECTORY');
    expect(fault?.message).toContain('ENOTDIR');
  });

  it('touches no files that are not its own', async () => {
    const other = join(directory, 'other');
    await mkdir(join(other, 'pgdata'), { recursive: true });
    await writeFile(join(other, 'pgdata', 'letters.txt'), 'dear');
    const fault = await faultOf(EmbeddedServer.join({ directory: other }));
    expect(fault?.code).toBe('STORE_EMBEDDED_DIRECTORY');
    expect(await readFile(join(other, 'pgdata', 'letters.txt'), 'utf8')).toBe('dear');
  });
});

/** What a store and its notices tell, until they are back. */
async function follow(store: Store): Promise<string[]> {
  const told: string[] = [];
  await new Promise<void>((resolve) => {
    store.onChange((state, fault) => {
      told.push(fault === undefined ? state : `${state} ${fault.code}`);
    });
    const onMissed = () => {
      told.push('missed');
      resolve();
    };
    void store.notices.listen('decks', { onNotice: () => undefined, onMissed });
  });
  return told;
}
