import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { pause } from './eventually.ts';

const OUTPUT_CHARS_MAX = 200_000;

/** Whether a program is on PATH; tests that need it say loudly when not. */
export function hasProgram(name: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}

/** A program of others, at work in a folder that is its home. */
export class Program implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  /** Both outputs, as they came. */
  output = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    const keep = (chunk: unknown): void => {
      this.output = (this.output + String(chunk)).slice(-OUTPUT_CHARS_MAX);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    this.#ended = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
  }

  /** Starts it. */
  static start(name: string, args: readonly string[], cwd: string): Program {
    const env = { ...process.env, HOME: cwd, PYTHONUNBUFFERED: '1' };
    return new Program(spawn(name, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** Waits for its end; after `withinMs` it is told to stop, as by Ctrl-C, and says what it has. */
  async end(withinMs: number): Promise<void> {
    await Promise.race([this.#ended, pause(withinMs)]);
    this.#child.kill('SIGINT');
    await Promise.race([this.#ended, pause(2_000)]);
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end(0);
  }
}
