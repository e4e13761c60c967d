import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findTool, projectRoot } from '../../scripts/tools.mjs';

/** A real nats-server under the example configuration, on a free port, with its own store. */
export interface ExampleNatsServer extends AsyncDisposable {
  readonly url: string;
  /** Passwords by user. */
  readonly passwords: Readonly<Record<string, string>>;
}

const configuration = join(projectRoot, 'deploy', 'nats.conf');

/** Starts it; disposing ends it and removes its files. Throws if it does not listen in 10 s. */
export async function startExampleNatsServer(): Promise<ExampleNatsServer> {
  const tool = findTool('nats-server');
  if (tool === undefined) throw new Error('nats-server is missing: run node scripts/setup.mjs');
  const folder = await mkdtemp(join(tmpdir(), 'tandem-nats-'));
  const passwords = { node1: 'secret-one', node2: 'secret-two', node3: 'secret-three' };
  const server = spawn(
    tool.path,
    ['--config', configuration, '--addr', '127.0.0.1', '--port', '-1', '--ports_file_dir', folder],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        ...tool.env,
        NATS_STORE: join(folder, 'store'),
        NODE1_PASSWORD: passwords.node1,
        NODE2_PASSWORD: passwords.node2,
        NODE3_PASSWORD: passwords.node3,
      },
    },
  );
  let complaint = '';
  server.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const hasExited = once(server, 'exit');

  const end = async (): Promise<void> => {
    if (server.exitCode === null) server.kill('SIGKILL');
    await hasExited;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const url = await Promise.race([
      readUrl(folder),
      hasExited.then(() => {
        throw new Error(`nats-server ended at once: ${complaint}`);
      }),
    ]);
    return { url, passwords, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** The server writes the port it was given into a file, once it listens. */
async function readUrl(folder: string): Promise<string> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const name = (await readdir(folder)).find((entry) => entry.endsWith('.ports'));
    if (name !== undefined) {
      const ports: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'));
      const { nats } = ports as { nats: string[] };
      if (nats[0] !== undefined) return nats[0];
    }
    await delay(50);
  }
  throw new Error('nats-server did not listen within 10 s');
}
