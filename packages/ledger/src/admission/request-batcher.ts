import { TandemError, type TimerOwner, type TimerWheel, WheelTimer } from '@tandem/engine';
import { outcomeOf } from '@tandem/store';
import type { Haste } from '../haste.ts';

/** Times a batch is sent that was rolled back whole: a deadlock, a timeout. */
const TRIES_MAX = 4;
/** How long requests without haste wait for others, ms: as long as records gather for settlement. */
const PATIENCE_MS = 48;

/** What a batcher needs. */
export interface BatcherOptions<Request, Answer> {
  /** Sends a batch in one round trip. */
  readonly send: (requests: readonly Request[]) => Promise<readonly Answer[]>;
  readonly keyOf: (value: Request | Answer) => string;
  readonly batchMax: number;
  /** Batches on their way at the same time. */
  readonly flightsMax: number;
  /** Requests that may wait; one more is refused. */
  readonly waitingMax: number;
  readonly wheel: TimerWheel;
}

interface Waiting<Request, Answer> {
  readonly request: Request;
  haste: Haste;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (fault: unknown) => void;
}

/**
 * Gathers requests of one turn of the loop, and those that come while others are on their way,
 * into one round trip; those that no call waits for leave with the next that is urgent, or after
 * three ticks of the wheel. A batch that was rolled back is sent again whole, one with a bad row is
 * split until that row is alone (money rule R12); what is unknown is the asker's to clear up.
 */
export class RequestBatcher<Request, Answer> implements TimerOwner {
  readonly #options: BatcherOptions<Request, Answer>;
  /** By the request itself, in the order of asking. */
  readonly #waiting = new Map<Request, Waiting<Request, Answer>>();
  /** Ends the patience of those without haste. */
  readonly #timer = new WheelTimer(this);
  #urgent = 0;
  #flights = 0;
  #isScheduled = false;

  constructor(options: BatcherOptions<Request, Answer>) {
    this.#options = options;
  }

  /** Requests that wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Asks in the next batch. @throws TandemError STORE_BUSY beyond the bound, or the store's fault */
  ask(request: Request, haste: Haste = 'urgent'): Promise<Answer> {
    if (this.#waiting.size >= this.#options.waitingMax) {
      return Promise.reject(new TandemError('STORE_BUSY', { waiting: this.#waiting.size }));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, { request, haste, resolve, reject });
      if (haste === 'patient') {
        if (!this.#timer.isRunning) this.#options.wheel.start(this.#timer, PATIENCE_MS);
        return;
      }
      this.#urgent++;
      if (this.#isScheduled || this.#flights >= this.#options.flightsMax) return;
      this.#isScheduled = true;
      setImmediate(() => {
        this.#isScheduled = false;
        this.#takeOff();
      });
    });
  }

  /**
   * Nobody waits for that request any more. True if it was never sent: nothing has happened then,
   * and after an outage the database is not kept busy with calls that are refused already.
   */
  forget(request: Request): boolean {
    const waiting = this.#waiting.get(request);
    if (waiting !== undefined) this.#take(waiting);
    return waiting !== undefined;
  }

  /** @internal Those without haste have waited long enough. */
  onTimer(): void {
    for (const waiting of this.#waiting.values()) this.#hurry(waiting);
    this.#takeOff();
  }

  #takeOff(): void {
    const { flightsMax } = this.#options;
    while (this.#flights < flightsMax && this.#urgent > 0) {
      const batch = this.#takeBatch();
      this.#flights++;
      void this.#fly(batch, 1).finally(() => {
        this.#flights--;
        this.#takeOff();
      });
    }
  }

  #takeBatch(): readonly Waiting<Request, Answer>[] {
    const batch: Waiting<Request, Answer>[] = [];
    for (const waiting of this.#waiting.values()) {
      if (batch.length >= this.#options.batchMax) break;
      this.#take(waiting);
      batch.push(waiting);
    }
    return batch;
  }

  #take({ request, haste }: Waiting<Request, Answer>): void {
    this.#waiting.delete(request);
    if (haste === 'urgent') this.#urgent--;
  }

  #hurry(waiting: Waiting<Request, Answer>): void {
    if (waiting.haste === 'urgent') return;
    waiting.haste = 'urgent';
    this.#urgent++;
  }

  async #fly(batch: readonly Waiting<Request, Answer>[], tries: number): Promise<void> {
    const { send, keyOf } = this.#options;
    try {
      const answers = await send(batch.map(({ request }) => request));
      const byKey = new Map(answers.map((answer) => [keyOf(answer), answer]));
      for (const { request, resolve, reject } of batch) {
        const answer = byKey.get(keyOf(request));
        if (answer === undefined) reject(new TandemError('STORE_CONNECTION_LOST'));
        else resolve(answer);
      }
    } catch (fault) {
      await this.#flyAgain(batch, tries, fault);
    }
  }

  async #flyAgain(
    batch: readonly Waiting<Request, Answer>[],
    tries: number,
    fault: unknown,
  ): Promise<void> {
    const outcome = outcomeOf(fault);
    const isAway = fault instanceof TandemError && fault.code !== 'STORE_STATEMENT_FAILED';
    if (outcome === 'rolledback' && !isAway && tries < TRIES_MAX)
      return this.#fly(batch, tries + 1);
    if (outcome === 'bad-row' && batch.length > 1) {
      const half = batch.length >> 1;
      await this.#fly(batch.slice(0, half), tries);
      return this.#fly(batch.slice(half), tries);
    }
    for (const { reject } of batch) reject(fault);
  }
}
