import { type Clock, TandemError } from '@tandem/engine';
import type { StoreLog } from './log.ts';

/** Whether the database can be reached. */
export type StoreState = 'up' | 'down';

/** Hears of each change of state; the fault says why it went down. It must not throw. */
export type StateListener = (state: StoreState, fault: TandemError | undefined) => void;

/** Keeps the store's state, and tells it to whoever asks or waits. */
export class Availability {
  readonly #clock: Clock;
  readonly #onLog: StoreLog;
  readonly #listeners = new Set<StateListener>();
  #state: StoreState = 'down';
  #fault: TandemError | undefined;
  #hasFallen = false;

  constructor(clock: Clock, onLog: StoreLog) {
    this.#clock = clock;
    this.#onLog = onLog;
  }

  /** `down` until the first connection stands. */
  get state(): StoreState {
    return this.#state;
  }

  /** Why it is down; undefined while it is up, and before the first attempt. */
  get fault(): TandemError | undefined {
    return this.#fault;
  }

  /** Tells each change from now on. Returns how to end that. */
  onChange(listener: StateListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The connection stands. */
  rise(): void {
    this.#state = 'up';
    this.#fault = undefined;
    if (this.#hasFallen) this.#onLog({ level: 'info', text: 'the database is back' });
    this.#hasFallen = false;
    this.#tell();
  }

  /** It broke, or could not be made; said once, not at each attempt. */
  fall(fault: TandemError): void {
    const wasUp = this.#state === 'up';
    this.#state = 'down';
    this.#fault = fault;
    if (!this.#hasFallen) {
      const details = { code: fault.code, ...fault.details };
      this.#onLog({ level: 'warning', text: 'the database is away', details });
    }
    this.#hasFallen = true;
    if (wasUp) this.#tell();
  }

  /** Returns when it is up; after `waitMs` throws the fault that keeps it down. */
  async ready(waitMs: number): Promise<void> {
    if (this.#state === 'up') return;
    if (waitMs <= 0) throw this.#reason();
    await new Promise<void>((resolve, reject) => {
      const stopTimer = this.#clock.startTimer(waitMs, () => {
        stopListening();
        reject(this.#reason());
      });
      const stopListening = this.onChange((state) => {
        if (state !== 'up') return;
        stopTimer();
        stopListening();
        resolve();
      });
    });
  }

  /** The store was closed: nobody is told any more. */
  close(): void {
    this.#listeners.clear();
    this.#state = 'down';
  }

  #reason(): TandemError {
    return this.#fault ?? new TandemError('STORE_CLOSED');
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.#state, this.#fault);
  }
}
