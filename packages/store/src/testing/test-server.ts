import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { EmbeddedServer } from '../embedded/embedded-server.ts';
import { readPostmaster } from '../embedded/postmaster.ts';
import type { TestDatabase } from './test-database.ts';

/** Held open by nobody else, so it goes when we go. */
const NAME = 'tests';

/**
 * A Postgres of one test's own that writes to the disk as a real one does, to be killed and
 * started again: nobody may do that to the server that tests share. Its port stays.
 */
export class TestServer implements TestDatabase {
  readonly name = NAME;
  readonly #server: EmbeddedServer;
  readonly #directory: string;

  private constructor(server: EmbeddedServer, directory: string) {
    this.#server = server;
    this.#directory = directory;
  }

  /** Makes a server in a directory of its own and starts it: two seconds. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<TestServer> {
    const directory = await mkdtemp(join(tmpdir(), 'tandem-own-postgres-'));
    const server = await EmbeddedServer.join({ directory, database: NAME, settings });
    return new TestServer(server, directory);
  }

  get url(): string {
    return this.#server.url;
  }

  /** One row set on a connection of its own. Throws the driver's error, also while it is down. */
  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: this.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(text, [...values])).rows as Row[];
    } finally {
      await client.end();
    }
  }

  /** SIGKILL for the postmaster; what its children do in the moment until they see it is done. */
  async kill(): Promise<void> {
    const postmaster = await readPostmaster(join(this.#directory, 'pgdata'));
    if (postmaster !== undefined) process.kill(postmaster.pid, 'SIGKILL');
  }

  /** Starts it again, on the same port; resolves when recovery is over. */
  async resume(): Promise<void> {
    await this.#server.revive();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
