import type { Bus, Log } from '@tandem/engine';

/** Between two looks at what is missing, ms. */
const LOOK_MS = 200;
/** One line of the log for so many looks. */
const TELL_ONE_IN = 50;

/**
 * Waits until nobody on this node waits for anything any more: tables, decks, the journal of an
 * earlier boot. Calls that came before would be refused for reasons that are none of theirs.
 */
export class ReadyWatch {
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #onReady: () => void;
  #isOver = false;
  #looks = 0;

  constructor(bus: Bus, log: Log, onReady: () => void) {
    this.#bus = bus;
    this.#log = log;
    this.#onReady = onReady;
  }

  /** Looks now, and again until all are ready; resolves after the first look. Never throws. */
  async look(): Promise<void> {
    if (this.#isOver) return;
    const { answers } = await this.#bus.gather('node.ready', {});
    if (this.#isOver) return;
    if (answers.length === 0) {
      this.#isOver = true;
      this.#onReady();
      return;
    }
    if (this.#looks++ % TELL_ONE_IN === 0) {
      const waitsFor = answers.map(({ answer }) => answer.waitsFor);
      this.#log.info('the node takes no calls yet', { waitsFor });
    }
    this.#bus.wheel.after(LOOK_MS, () => void this.look());
  }

  /** Looks no more. */
  close(): void {
    this.#isOver = true;
  }
}
