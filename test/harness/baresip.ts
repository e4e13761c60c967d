import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '@tandem/testing';
import { eventually } from './eventually.ts';
import type { NodeProcess } from './node-process.ts';
import { hasProgram } from './program.ts';

/** Where Debian's package has the modules. */
const MODULES = '/usr/lib/baresip/modules';
const PATIENCE_MS = 15_000;

/** Whether baresip is here (Debian: baresip-core); tests that need it say loudly when not. */
export const hasBaresip = hasProgram('baresip');

/** What baresip tells: events of calls and registrations, answers to commands. */
interface Told {
  readonly type?: string;
  readonly response?: boolean;
  readonly data?: string;
}

/** A real phone of another make, driven by its control socket (netstrings of JSON). */
export class Baresip implements AsyncDisposable {
  readonly told: Told[] = [];
  #output = '';
  #pending = Buffer.alloc(0);

  private constructor(
    readonly name: string,
    readonly process: ChildProcess,
    readonly directory: string,
    readonly socket: Socket,
  ) {
    const keep = (chunk: unknown): void => {
      this.#output = (this.#output + String(chunk)).slice(-20_000);
    };
    process.stdout?.on('data', keep);
    process.stderr?.on('data', keep);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', () => undefined);
  }

  /** A phone of that user at that node; its password is `secret-<name>`. */
  static async start(node: NodeProcess, name: string, transport = 'udp'): Promise<Baresip> {
    const directory = await mkdtemp(path.join(tmpdir(), 'tandem-baresip-'));
    const [port, sipPort] = await Promise.all([freePort(), freePort()]);
    const modules = ['g711', 'aubridge', 'account', 'menu', 'ctrl_tcp'];
    const config = [
      'net_interface 127.0.0.1',
      `sip_listen 127.0.0.1:${sipPort}`,
      'audio_source aubridge,none',
      'audio_player aubridge,none',
      `module_path ${MODULES}`,
      ...modules.map((module, at) => `${at < 2 ? 'module' : 'module_app'} ${module}.so`),
      `ctrl_tcp_listen 127.0.0.1:${port}`,
    ];
    await writeFile(path.join(directory, 'config'), `${config.join('\n')}\n`);
    const account = `<sip:${name}@${node.sip};transport=${transport}>;auth_pass=secret-${name}`;
    await writeFile(path.join(directory, 'accounts'), `${account};regint=60;answermode=manual\n`);
    const child = spawn('baresip', ['-4', '-f', directory], { stdio: ['ignore', 'pipe', 'pipe'] });
    const socket = await eventually(`baresip of ${name} listens`, () => open(port), PATIENCE_MS);
    const phone = new Baresip(name, child, directory, socket);
    await eventually(
      `${name} is registered`,
      () => /200 OK .*binding/.test(phone.#output),
      PATIENCE_MS,
    );
    return phone;
  }

  /** Does what a person would type: `dial`, `accept`, `hangup`, `hold`, `sndcode`. */
  command(command: string, params = ''): void {
    const text = JSON.stringify({ command, params, token: '' });
    this.socket.write(`${Buffer.byteLength(text)}:${text},`);
  }

  /** Waits for an event of that type; the first that came since the phone began, or a later one. */
  async heard(type: string, count = 1): Promise<void> {
    try {
      await eventually(
        `${this.name} tells ${type}`,
        () => this.told.filter((told) => told.type === type).length >= count,
        PATIENCE_MS,
      );
    } catch (fault) {
      throw new Error(`${this.#output}\n${JSON.stringify(this.told)}`, { cause: fault });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      this.process.kill('SIGKILL');
      await ended;
    }
    await rm(this.directory, { recursive: true, force: true });
  }

  #read(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    for (;;) {
      const colon = this.#pending.indexOf(':');
      if (colon < 0) return;
      const length = Number(this.#pending.toString('latin1', 0, colon));
      if (this.#pending.length < colon + 2 + length) return;
      const text = this.#pending.toString('utf8', colon + 1, colon + 1 + length);
      this.#pending = this.#pending.subarray(colon + 2 + length);
      this.told.push(JSON.parse(text) as Told);
    }
  }
}

async function open(port: number): Promise<Socket | undefined> {
  const socket = connect(port, '127.0.0.1');
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  return isOpen ? socket : undefined;
}
