import type { Plugin } from '@tandem/engine';
import { createRegistrarPlugin, hashPassword, registrarMigrations } from '@tandem/registrar';
import { openTestStore, type TestStore } from '@tandem/store/testing';
import { MemoryRegistrar } from '../memory-registrar.ts';
import { countedStore, type OpenQuestions } from './counted-store.ts';

/** Where users and their contacts are kept. */
export interface ClusterUsersOptions {
  /** Default `memory`. */
  readonly registrar?: 'memory' | 'database';
}

const REALM = 'tandem';

/** The users of a cluster: in memory, or with the real registrar on a database of their own. */
export class ClusterUsers implements AsyncDisposable {
  /** Questions to the database that are open. */
  readonly questions: OpenQuestions = { count: 0 };
  readonly #memory: MemoryRegistrar;
  readonly #database: TestStore | undefined;

  private constructor(names: readonly string[], database: TestStore | undefined) {
    const passwords = names.map((name) => [name, `secret-${name}`] as const);
    this.#memory = new MemoryRegistrar(Object.fromEntries(passwords));
    this.#database = database;
  }

  /** Writes the users down; each one's password is `secret-<name>`. */
  static async open(options: ClusterUsersOptions, names: readonly string[]): Promise<ClusterUsers> {
    if (options.registrar !== 'database') return new ClusterUsers(names, undefined);
    const database = await openTestStore({ migrations: [registrarMigrations] });
    const users = new ClusterUsers(names, database);
    for (const name of names) {
      const { ha1Md5, ha1Sha256 } = hashPassword(name, REALM, users.passwordOf(name));
      await database.database.query(
        'insert into users (name, realm, ha1_md5, ha1_sha256) values ($1, $2, $3, $4)',
        [name, REALM, ha1Md5, ha1Sha256],
      );
    }
    return users;
  }

  passwordOf(name: string): string {
    return `secret-${name}`;
  }

  /** What answers for users at a node. */
  get plugin(): Plugin {
    if (this.#database === undefined) return this.#memory.plugin;
    return createRegistrarPlugin(countedStore(this.#database.store, this.questions));
  }

  /** Where the phones of a user are, as every node sees it: `cluster/node2/sip/sip:…`. */
  async locationsOf(name: string): Promise<readonly string[]> {
    if (this.#database === undefined) {
      return [...(this.#memory.bindings.get(name)?.values() ?? [])].map(({ data }) => data);
    }
    const rows = await this.#database.database.query<{ location: string }>(
      'select location from registrations where username = $1 order by received_at',
      [name],
    );
    return rows.map(({ location }) => location);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database?.[Symbol.asyncDispose]();
  }
}
