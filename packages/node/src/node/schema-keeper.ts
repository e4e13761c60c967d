import { isFault, type Log, type StopTimer, type TimerWheel } from '@tandem/engine';
import type { FeatureMigrations, Store } from '@tandem/store';

/** Pause after a migration that failed for a reason which may pass. */
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 60_000;

/** Faults of a database that is away, not of one that does not fit. */
const AWAY: ReadonlySet<string> = new Set(['STORE_UNREACHABLE', 'STORE_CONNECTION_LOST']);

/**
 * Brings the tables up to date, at once if the database is there, else as soon as it comes: nodes
 * that start together take turns. Until then the node serves, and is not ready.
 */
export class SchemaKeeper {
  readonly #store: Store;
  readonly #features: readonly FeatureMigrations[];
  readonly #wheel: TimerWheel;
  readonly #log: Log;
  #isDone = false;
  #isClosed = false;
  #pauseMs = RETRY_FIRST_MS;
  #stopListening: StopTimer = () => undefined;
  #stopRetry: StopTimer = () => undefined;

  constructor(
    store: Store,
    features: readonly FeatureMigrations[],
    { wheel, log }: { readonly wheel: TimerWheel; readonly log: Log },
  ) {
    this.#store = store;
    this.#features = features;
    this.#wheel = wheel;
    this.#log = log;
  }

  /**
   * Migrates now if it can, else later and calls `onDone` then. @throws TandemError when the
   * database is there and does not fit: newer than this version, or a migration that fails
   */
  async start(onDone: () => void): Promise<void> {
    if (this.#store.isUp && (await this.#migratesNow())) {
      this.#isDone = true;
      onDone();
      return;
    }
    this.#stopListening = this.#store.onChange((state) => {
      if (state === 'up') void this.#try(onDone);
    });
    // It may have come up between the question above and now.
    if (this.#store.isUp) await this.#try(onDone);
  }

  /** False: the database went away meanwhile, which is no reason to end a node that starts. */
  async #migratesNow(): Promise<boolean> {
    try {
      await this.#store.migrate(this.#features);
      return true;
    } catch (fault) {
      if (!isFault(fault) || !AWAY.has(fault.code)) throw fault;
      this.#log.warn('the database went away; its tables are looked at when it is back');
      return false;
    }
  }

  /** Whether the tables fit. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Tries no more. */
  close(): void {
    this.#isClosed = true;
    this.#stopListening();
    this.#stopRetry();
  }

  async #try(onDone: () => void): Promise<void> {
    if (this.#isDone || this.#isClosed) return;
    try {
      await this.#store.migrate(this.#features);
    } catch (fault) {
      this.#log.error('the tables cannot be brought up to date', { fault: textOf(fault) });
      this.#stopRetry();
      this.#stopRetry = this.#wheel.after(this.#pauseMs, () => void this.#try(onDone));
      this.#pauseMs = Math.min(this.#pauseMs * 2, RETRY_MAX_MS);
      return;
    }
    // A second attempt may have been under way.
    if (this.#isDone || this.#isClosed) return;
    this.#isDone = true;
    this.close();
    onDone();
  }
}

function textOf(fault: unknown): string {
  return isFault(fault) ? fault.message : String(fault);
}
