import type { Scope } from '@tandem/engine';
import type { Store } from '@tandem/store';

/** How often the database is asked; only while there is nobody yet. */
const PERIOD_MS = 1_000;

/**
 * Whether there are users: strangers are challenged while there are, and dropped in silence
 * while there are none. Until the database has said so, there may be some.
 */
export class UserPresence {
  readonly #store: Store;
  #hasUsers = true;

  constructor(store: Store) {
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
    if (!this.#store.isUp) return;
    try {
      const text = 'select exists (select from users) as "hasUsers"';
      const rows = await this.#store.call<{ hasUsers: boolean }>(text);
      this.#hasUsers = rows[0]?.hasUsers ?? true;
    } catch {
      // The store has told what is wrong with it; what was known last stays.
    }
  }
}
