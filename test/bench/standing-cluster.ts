import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTestDatabase, type TestDatabase } from '@tandem/store/testing';
import { NatsServer } from '@tandem/testing';
import { findTool } from '../../scripts/tools.mjs';
import type { StandingOptions, StandingOrder } from './standing-calls-node.ts';

const PROGRAM = fileURLToPath(new URL('./standing-calls-node.ts', import.meta.url));

/** One node of it: its process, and where its console listens. */
export interface StandingNode {
  readonly name: string;
  readonly process: ChildProcess;
  readonly url: string;
}

/** Three node processes on a real NATS and a real Postgres, whose calls stand still. */
export class StandingCluster implements AsyncDisposable {
  private constructor(
    readonly nodes: readonly StandingNode[],
    readonly nats: NatsServer,
    readonly database: TestDatabase,
    readonly directory: string,
  ) {}

  /** Starts it; resolves when each node listens. */
  static async start(names: readonly string[]): Promise<StandingCluster> {
    const directory = await mkdtemp(path.join(tmpdir(), 'tandem-standing-'));
    const [nats, database] = await Promise.all([
      NatsServer.start('', findTool('nats-server')?.path),
      openTestDatabase(),
    ]);
    // Empty: a clustering.conf that lies about is not meant.
    const file = path.join(directory, 'clustering.conf');
    await writeFile(file, '');
    const nodes: StandingNode[] = [];
    for (const name of names) {
      const overrides = [
        'sip.listen=udp:127.0.0.1:0',
        'console.listen=127.0.0.1:0',
        `nats.servers=${nats.url}`,
        `database.url=${database.url}`,
        'ledger.freeCalls=no',
      ];
      const options: StandingOptions = { name, overrides, file };
      const child = fork(PROGRAM, [JSON.stringify(options)], {
        cwd: directory,
        execArgv: ['--import', import.meta.resolve('tsx'), '--conditions=tandem-source'],
      });
      const { url } = await told<{ url: string }>(child);
      nodes.push({ name, process: child, url });
    }
    return new StandingCluster(nodes, nats, database, directory);
  }

  /** Lets a node stand calls up; resolves when all are. */
  async order(node: StandingNode, order: StandingOrder): Promise<void> {
    const done = told<{ up: number }>(node.process);
    node.process.send(order);
    await done;
  }

  /** CPU that all nodes have used since their start, ms. */
  async cpuMs(): Promise<number> {
    const used = await Promise.all(
      this.nodes.map(async ({ process: child }) => {
        const answer = told<{ cpuMs: number }>(child);
        child.send('cpu');
        return (await answer).cpuMs;
      }),
    );
    return used.reduce((sum, cpuMs) => sum + cpuMs, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { process: child } of this.nodes) child.kill('SIGKILL');
    await this.nats[Symbol.asyncDispose]();
    await this.database[Symbol.asyncDispose]();
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function told<T>(child: ChildProcess): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`a node ended with ${code}`)));
  });
}
