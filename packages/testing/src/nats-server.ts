import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** How long a server may take to listen, ms. */
const START_TIMEOUT_MS = 5_000;
const PROBE_PERIOD_MS = 20;

/** A real nats-server of a test's own, with JetStream, on a port that it keeps over restarts. */
export class NatsServer implements AsyncDisposable {
  #process: ChildProcess | undefined;
  readonly #command: string;
  readonly #configFile: string;

  private constructor(
    readonly port: number,
    readonly directory: string,
    command: string,
    configFile: string,
  ) {
    this.#command = command;
    this.#configFile = configFile;
  }

  /** As `[nats] servers` takes it. */
  get url(): string {
    return `127.0.0.1:${this.port}`;
  }

  /**
   * Starts a server. `extra` is appended to its configuration: users and permissions.
   * `command` is the program, found on PATH unless it is a path; `fixedPort` is chosen if not given.
   */
  static async start(extra = '', command = 'nats-server', fixedPort = 0): Promise<NatsServer> {
    const port = fixedPort === 0 ? await freePort() : fixedPort;
    const directory = await mkdtemp(path.join(tmpdir(), 'tandem-nats-'));
    const configFile = path.join(directory, 'nats.conf');
    const lines = [
      `listen: "127.0.0.1:${port}"`,
      `jetstream { store_dir: "${path.join(directory, 'jetstream')}" }`,
      extra,
    ];
    await writeFile(configFile, `${lines.join('\n')}\n`);
    const server = new NatsServer(port, directory, command, configFile);
    await server.resume();
    return server;
  }

  /** Ends the server as a crash does; its stored data stay. */
  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((resolve) => void running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  }

  /** Stops it from answering without closing a connection, as an overloaded machine does. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  /** Lets it go on. */
  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Starts it again on the same port, with what it had stored. */
  async resume(): Promise<void> {
    const started = spawn(this.#command, ['-c', this.#configFile], { stdio: 'ignore' });
    this.#process = started;
    await new Promise<void>((resolve, reject) => {
      started.once('error', reject);
      started.once('exit', (code) => {
        if (this.#process === started) reject(new Error(`nats-server ended with ${code}`));
      });
      listening(this.port).then(resolve, reject);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** A TCP port of the loopback that nobody uses now. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function listening(port: number): Promise<void> {
  const tries = START_TIMEOUT_MS / PROBE_PERIOD_MS;
  for (let attempt = 0; attempt < tries; attempt++) {
    if (await answers(port)) return;
    await new Promise<void>((resolve) => void setTimeout(resolve, PROBE_PERIOD_MS));
  }
  throw new Error(`nothing listens on port ${port}`);
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
