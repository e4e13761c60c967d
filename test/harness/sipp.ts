import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findTool } from '../../scripts/tools.mjs';
import { eventually } from './eventually.ts';

const tool = findTool('sipp');

/** Whether SIPp is here; tests that need it say loudly when not. */
export const hasSipp = tool !== undefined;

/** What one run of SIPp is told. */
export interface SippOptions {
  /** File of test/sipp, without `.xml`. */
  readonly scenario?: string;
  /** Or any file. */
  readonly file?: string;
  /** `host:port` of the node; absent: it only waits. */
  readonly remote?: string;
  readonly localHost: string;
  readonly localPort: number;
  /** User part of the called URI. */
  readonly service?: string;
  readonly user?: string;
  readonly password?: string;
  /** Calls in all; absent: without end. */
  readonly calls?: number;
  readonly callsPerSecond?: number;
  readonly transport?: 'u1' | 't1';
  /** Lines of an injection file, one a call, in turn: `[field0]` is what stands before the first `;`. */
  readonly fields?: readonly string[];
  /** How long a scenario talks that leaves it open, ms. */
  readonly talkMs?: number;
  /** How long it waits for a message; default 20,000. */
  readonly receiveTimeoutMs?: number;
  /** Further arguments of SIPp. */
  readonly more?: readonly string[];
}

/** How a run ended. */
export interface SippResult {
  readonly code: number | null;
  readonly successful: number;
  readonly failed: number;
  readonly retransmissions: number;
  readonly errors: string;
}

/** A run of SIPp as a process, in a folder of its own. */
export class Sipp implements AsyncDisposable {
  private constructor(
    readonly process: ChildProcess,
    readonly directory: string,
    readonly ended: Promise<number | null>,
  ) {}

  /** Starts it. */
  static async start(options: SippOptions): Promise<Sipp> {
    if (tool === undefined) throw new Error('sipp is not installed');
    const directory = await mkdtemp(path.join(tmpdir(), 'tandem-sipp-'));
    const own = new URL(`../sipp/${options.scenario ?? 'none'}.xml`, import.meta.url);
    const file = options.file ?? fileURLToPath(own);
    const { localHost, localPort, service, user, password, calls, callsPerSecond } = options;
    const injection = path.join(directory, 'fields.csv');
    const { fields } = options;
    if (fields !== undefined) await writeFile(injection, ['SEQUENTIAL', ...fields, ''].join('\n'));
    const args = [
      options.remote === undefined ? [] : [options.remote],
      ['-sf', file, '-i', localHost, '-p', String(localPort)],
      ['-t', options.transport ?? 'u1', '-nostdin'],
      ['-recv_timeout', String(options.receiveTimeoutMs ?? 20_000)],
      ['-trace_stat', '-stf', path.join(directory, 'stat.csv'), '-fd', '1'],
      ['-trace_err', '-error_file', path.join(directory, 'errors.log')],
      fields === undefined ? [] : ['-inf', injection],
      service === undefined ? [] : ['-s', service],
      user === undefined ? [] : ['-au', user],
      password === undefined ? [] : ['-ap', password],
      options.talkMs === undefined ? [] : ['-d', String(options.talkMs)],
      calls === undefined ? [] : ['-m', String(calls)],
      callsPerSecond === undefined ? [] : ['-r', String(callsPerSecond)],
      ['-l', '10000', '-buff_size', '8388608'],
      [...(options.more ?? [])],
    ].flat();
    const child = spawn(tool.path, args, {
      cwd: directory,
      env: { ...process.env, ...tool.env, TERM: 'dumb' },
      stdio: 'ignore',
    });
    const ended = new Promise<number | null>((resolve) => {
      child.once('exit', resolve);
      child.once('error', () => resolve(null));
    });
    const sipp = new Sipp(child, directory, ended);
    // Whoever waits is there before anybody calls.
    if (options.remote === undefined) await sipp.#listens(options);
    return sipp;
  }

  /** Runs it to its end. */
  static async run(options: SippOptions): Promise<SippResult> {
    await using sipp = await Sipp.start(options);
    return await sipp.result();
  }

  /** Begins no more calls, and ends with the last of those that run. */
  endGracefully(): void {
    this.process.kill('SIGUSR1');
  }

  /** Waits for its end and reads what it counted. */
  async result(): Promise<SippResult> {
    const code = await this.ended;
    const statistics = await readFile(path.join(this.directory, 'stat.csv'), 'latin1').catch(
      () => '',
    );
    const errors = await readFile(path.join(this.directory, 'errors.log'), 'latin1').catch(
      () => '',
    );
    const [head = '', ...lines] = statistics.trim().split('\n');
    const names = head.split(';');
    const values = lines.at(-1)?.split(';') ?? [];
    const read = (name: string): number => Number(values[names.indexOf(name)] ?? 0);
    return {
      code,
      successful: read('SuccessfulCall(C)'),
      failed: read('FailedCall(C)'),
      retransmissions: read('Retransmissions(C)'),
      errors: errors.slice(0, 4_000),
    };
  }

  async #listens({ localPort, transport }: SippOptions): Promise<void> {
    const port = `:${localPort.toString(16).toUpperCase().padStart(4, '0')} `;
    const table = `/proc/net/${transport === 't1' ? 'tcp' : 'udp'}`;
    const isOver = () => this.process.exitCode !== null || this.process.signalCode !== null;
    await eventually(
      'SIPp listens',
      async () => isOver() || (await readFile(table, 'latin1').catch(() => port)).includes(port),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill('SIGKILL');
      await this.ended;
    }
    await rm(this.directory, { recursive: true, force: true });
  }
}
