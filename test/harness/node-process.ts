import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CdrParams } from '@tandem/messages';
import { eventually } from './eventually.ts';
import { tandemProgram } from './run-tandem.ts';

/** Where a node of a test listens. */
export interface NodePlace {
  readonly name: string;
  readonly sipHost: string;
  readonly sipPort: number;
  readonly apiPort: number;
  /** Of its TLS listener, in a cluster that was given a certificate. */
  readonly tlsPort?: number;
}

/** How a node of a test is started. */
export interface NodeProcessOptions {
  /** Of bin/tandem. */
  readonly arguments: readonly string[];
  readonly cwd: string;
  /** For Node itself, such as `--cpu-prof`; then end it with `stop`, or nothing is written. */
  readonly nodeArguments?: readonly string[];
  /** Another bin/tandem than this tree's, to compare two trees. */
  readonly program?: string;
  /** A command that ends by running the one that follows it, such as `unshare`. */
  readonly prefix?: readonly string[];
}

/** One node as a process of its own, to be killed and started again. */
export class NodeProcess {
  #process: ChildProcess | undefined;
  #output = '';
  readonly #command: readonly string[];
  readonly #cwd: string;
  readonly #prefix: readonly string[];

  constructor(
    readonly place: NodePlace,
    options: NodeProcessOptions,
  ) {
    const { program = tandemProgram, nodeArguments = [] } = options;
    const node = [process.execPath, ...ownArguments(program), ...nodeArguments];
    this.#command = [...node, program, ...options.arguments];
    this.#cwd = options.cwd;
    this.#prefix = options.prefix ?? [];
  }

  get name(): string {
    return this.place.name;
  }

  /** `host:port` of its SIP listener. */
  get sip(): string {
    return `${this.place.sipHost}:${this.place.sipPort}`;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Whether its process is there: started, and not ended by itself or by us. */
  get isRunning(): boolean {
    const child = this.#process;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** What it printed since it was started, for messages of tests. */
  get output(): string {
    return this.#output;
  }

  /** Starts it; resolves when `/readyz` says yes. */
  async start(): Promise<void> {
    this.spawn();
    await this.ready();
  }

  /** Starts it without waiting. */
  spawn(): void {
    this.#output = '';
    const [command = '', ...args] = [...this.#prefix, ...this.#command];
    const child = spawn(command, args, { cwd: this.#cwd });
    this.#process = child;
    const keep = (chunk: unknown): void => {
      this.#output = (this.#output + String(chunk)).slice(-50_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
  }

  /** Waits until it takes calls. */
  async ready(timeoutMs = 60_000): Promise<void> {
    try {
      await eventually(`${this.name} is ready`, () => this.isReady(), timeoutMs);
    } catch (fault) {
      throw new Error(`${this.name} did not get ready:\n${this.#output}`, { cause: fault });
    }
  }

  /** Whether `/readyz` says yes now. */
  async isReady(): Promise<boolean> {
    try {
      return (await fetch(this.url('/readyz'))).ok;
    } catch {
      return false;
    }
  }

  /** Asks its HTTP API. */
  async api<T>(resource: string, init?: RequestInit): Promise<T> {
    const response = await fetch(this.url(`/api/v1${resource}`), init);
    return (await response.json()) as T;
  }

  url(resource: string): string {
    return `http://127.0.0.1:${this.place.apiPort}${resource}`;
  }

  /** One gauge or counter of /metrics; 0 if it is not there. Series of one name are added up. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(this.url('/metrics'))).text();
    return text
      .split('\n')
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  /** The records of calls it has written. */
  async cdrs(): Promise<readonly CdrParams[]> {
    const file = path.join(this.#cwd, 'data', this.name, 'cdr.jsonl');
    const text = await readFile(file, 'utf8').catch(() => '');
    // What follows the last line end is being written.
    const lines = text.split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as CdrParams);
  }

  /** As a crash ends it. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** As an operator ends it; its exit code. */
  async stop(): Promise<number | null> {
    return await this.#end('SIGTERM');
  }

  /** Waits until it has ended by itself, after a drain; its exit code. */
  async ended(): Promise<number | null> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
    return await new Promise((resolve) => void child.once('exit', resolve));
  }

  /** Sends it a signal: SIGSTOP, SIGCONT, SIGHUP. */
  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => void child.once('exit', resolve));
    child.kill('SIGCONT');
    child.kill(signal);
    return await ended;
  }
}

/** The options of Node that a program asks for in its first line, as when an operator runs it. */
function ownArguments(program: string): readonly string[] {
  const [first = ''] = readFileSync(program, 'utf8').split('\n', 1);
  return /^#!\S+ -S node (.+)$/.exec(first)?.[1]?.split(' ') ?? [];
}
