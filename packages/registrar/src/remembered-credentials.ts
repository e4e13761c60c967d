import type { Clock } from '@tandem/engine';
import type { UserCredentials } from '@tandem/messages';
import type { NoticeListener } from '@tandem/store';

/** Users kept; beyond it the one that was read first goes. */
const USERS_MAX = 50_000;
/** Notices are hints: what was read is looked up again after a minute whatever was heard. */
const AGE_MAX_MS = 60_000;

interface Remembered {
  readonly credentials: UserCredentials;
  readonly readAtMs: number;
}

/** Where the hashes of users are read from. */
export interface CredentialsSource {
  /** Rejects with the database's fault. */
  find(name: string): Promise<UserCredentials | undefined>;
  /** Whether the database is there, and its notices are heard. */
  readonly isUp: boolean;
}

/**
 * Hashes of users who were looked up lately: a phone that calls is known without asking the
 * database. Forgotten whenever any user changes. Nobody is remembered as unknown, so a new user
 * is known at once; and who gets a wrong password asks with `isFresh`, so a new password counts
 * at once, and a wrong one costs the same question whether its user exists or not.
 */
export class RememberedCredentials implements NoticeListener {
  readonly #source: CredentialsSource;
  readonly #clock: Clock;
  readonly #users = new Map<string, Remembered>();
  /** Counts changes: what was read while something changed is not kept. */
  #changes = 0;

  constructor(source: CredentialsSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** What is remembered of a user, marked as such. */
  recall(name: string): UserCredentials | undefined {
    const known = this.#users.get(name);
    if (known === undefined || !this.#source.isUp) return undefined;
    return this.#clock.monotonicMs() - known.readAtMs > AGE_MAX_MS ? undefined : known.credentials;
  }

  /** Reads a user from the database. Rejects with its fault. */
  async read(name: string): Promise<UserCredentials | undefined> {
    const changes = this.#changes;
    const credentials = await this.#source.find(name);
    if (changes === this.#changes) this.#keep(name, credentials);
    return credentials;
  }

  onNotice(): void {
    this.#changes++;
    this.#users.clear();
  }

  onMissed(): void {
    this.onNotice();
  }

  #keep(name: string, credentials: UserCredentials | undefined): void {
    this.#users.delete(name);
    if (credentials === undefined) return;
    if (this.#users.size >= USERS_MAX) {
      const [oldest] = this.#users.keys();
      if (oldest !== undefined) this.#users.delete(oldest);
    }
    const remembered = { ...credentials, isRemembered: true };
    this.#users.set(name, { credentials: remembered, readAtMs: this.#clock.monotonicMs() });
  }
}
