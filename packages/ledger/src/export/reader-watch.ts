import type { Clock, StopTimer } from '@tandem/engine';

/** A reader that takes nothing for so long is left, ms. */
export const STALL_MS_MAX = 60_000;

/**
 * Lets chunks pass to a reader, and gives their source up when the reader takes none for so long: a
 * browser whose machine went to sleep must not keep a connection of the database. Its end, by
 * whomever, is told once. An object and not a generator, for one that was never begun ends unheard.
 */
export class ReaderWatch implements AsyncIterableIterator<Uint8Array> {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #clock: Clock;
  readonly #onEnd: () => void;
  readonly #stallMs: number;
  #first: IteratorResult<Uint8Array> | undefined;
  #stopTimer: StopTimer | undefined;
  #isOver = false;
  #isStalled = false;

  constructor(
    source: AsyncIterable<Uint8Array>,
    clock: Clock,
    onEnd: () => void,
    stallMs = STALL_MS_MAX,
  ) {
    this.#source = source[Symbol.asyncIterator]();
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.#stallMs = stallMs;
  }

  /** Takes the first chunk out of the source, so that what fails there is heard at once. */
  async begin(): Promise<void> {
    this.#first = await this.#take();
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    this.#stopTimer?.();
    if (this.#isStalled) throw new Error(`the reader took nothing for ${this.#stallMs} ms`);
    const first = this.#first;
    this.#first = undefined;
    if (first === undefined) return await this.#take();
    this.#watch();
    return first;
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    await this.#end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #take(): Promise<IteratorResult<Uint8Array>> {
    try {
      const next = await this.#source.next();
      if (next.done === true) await this.#end();
      else this.#watch();
      return next;
    } catch (fault) {
      await this.#end();
      throw fault;
    }
  }

  #watch(): void {
    this.#stopTimer?.();
    this.#stopTimer = this.#clock.startTimer(this.#stallMs, () => {
      this.#isStalled = true;
      void this.#end();
    });
  }

  async #end(): Promise<void> {
    this.#stopTimer?.();
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onEnd();
    // It may fail as it ends: whoever reads was told, and whoever has left does not care.
    await this.#source.return?.().catch(() => undefined);
  }
}
