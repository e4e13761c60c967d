import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { TandemError } from '@tandem/engine';
import { pause } from './pause.ts';

/** How long the server may take to listen, ms, and how often it is looked for. */
const START_TIMEOUT_MS = 5_000;
const LOOK_PERIOD_MS = 20;

/** A nats-server of the demonstration's own, on a free port of the loopback. */
export class NatsProcess implements AsyncDisposable {
  readonly #child: ChildProcess;

  private constructor(
    child: ChildProcess,
    /** As `[nats] servers` takes it. */
    readonly address: string,
  ) {
    this.#child = child;
  }

  /** Starts it with its files in `directory`. @throws TandemError DEMO_NO_NATS */
  static async start(directory: string): Promise<NatsProcess> {
    mkdirSync(directory, { recursive: true });
    const port = await freePort();
    const conf = join(directory, 'nats.conf');
    const store = JSON.stringify(join(directory, 'jetstream'));
    writeFileSync(conf, `listen: "127.0.0.1:${port}"\njetstream { store_dir: ${store} }\n`);
    const child = spawn('nats-server', ['-c', conf], { stdio: 'ignore' });
    const failed = new Promise<never>((_, reject) => {
      const refuse = (reason: string): void => reject(new TandemError('DEMO_NO_NATS', { reason }));
      child.once('error', (fault) => refuse(fault.message));
      child.once('exit', (code) => refuse(`nats-server ended with ${code ?? 'a signal'}`));
    });
    // Whoever ends it later is not told that it ended.
    failed.catch(() => undefined);
    await Promise.race([listening(port), failed]);
    return new NatsProcess(child, `127.0.0.1:${port}`);
  }

  /** Ends it, and waits until it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function listening(port: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS; waitedMs += LOOK_PERIOD_MS) {
    if (await answers(port)) return;
    await pause(LOOK_PERIOD_MS);
  }
  throw new TandemError('DEMO_NO_NATS', { reason: `it does not listen on port ${port}` });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
