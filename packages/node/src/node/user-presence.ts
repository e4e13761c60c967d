import type { Scope } from '@tandem/engine';
import type { Store } from '@tandem/store';

/** How often the database is asked while there is nobody: the first phone waits for it. */
const PERIOD_MS = 1_000;
/** Beats left out while there is somebody: that the last user has gone is nothing urgent. */
const BEATS_LEFT_OUT = 9;

/** What is needed of the database. */
type AskedStore = Pick<Store, 'isUp' | 'call'>;

/**
 * Whether there are users: strangers are challenged while there are, and dropped in silence
 * while there are none. Until the database has said so, there may be some.
 */
export class UserPresence {
  readonly #store: AskedStore;
  #hasUsers = true;
  #beatsToLeaveOut = 0;

  constructor(store: AskedStore) {
    this.#store = store;
  }

  /** As last heard of. */
  get hasUsers(): boolean {
    return this.#hasUsers;
  }

  /** Asks now and goes on asking while the plugin lives. */
  async watch(scope: Scope): Promise<void> {
    scope.every(PERIOD_MS, () => this.#ask());
    await this.#ask();
  }

  async #ask(): Promise<void> {
    if (!this.#store.isUp || this.#beatsToLeaveOut-- > 0) return;
    this.#beatsToLeaveOut = 0;
    try {
      const text = 'select exists (select from users) as "hasUsers"';
      const rows = await this.#store.call<{ hasUsers: boolean }>(text);
      this.#hasUsers = rows[0]?.hasUsers ?? true;
      if (this.#hasUsers) this.#beatsToLeaveOut = BEATS_LEFT_OUT;
    } catch {
      // The store has told what is wrong with it; what was known last stays.
    }
  }
}
