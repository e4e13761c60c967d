import type { LegEvent } from '@tandem/messages';

const WAITING_MAX = 256;

/** Whose mouth it is. */
export interface OutletOwner {
  /** A listener threw; the leg goes on. */
  onFault(fault: unknown): void;
}

/**
 * The mouth of a leg: its events reach the switch in order, one at a time. What came before
 * someone listened waits; what a leg tells while it hears an event itself is given in a turn of
 * its own, so that neither side is called inside its own call.
 */
export class EventOutlet {
  readonly #owner: OutletOwner;
  readonly #waiting: LegEvent[] = [];
  #listener: ((event: LegEvent) => void) | undefined;
  #isHeld = false;
  #isFlushing = false;

  constructor(owner: OutletOwner) {
    this.#owner = owner;
  }

  /** Sets the one listener and gives it what waited, in order. */
  attach(listener: (event: LegEvent) => void): void {
    this.#listener = listener;
    if (this.#waiting.length > 0) this.#flushLater();
  }

  /** Tells the switch; beyond 256 waiting events a plain one is dropped, `gone` never. */
  tell(event: LegEvent): void {
    if (this.#listener !== undefined && !this.#isHeld && this.#waiting.length === 0) {
      this.#give(event);
    } else if (this.#waiting.length < WAITING_MAX || event.type === 'gone') {
      this.#waiting.push(event);
      if (this.#listener !== undefined) this.#flushLater();
    }
  }

  /** Runs what the leg does with an event of the other side; what it tells meanwhile waits. */
  whileHearing(work: () => void): void {
    const wasHeld = this.#isHeld;
    this.#isHeld = true;
    try {
      work();
    } catch (fault) {
      this.#owner.onFault(fault);
    } finally {
      this.#isHeld = wasHeld;
    }
  }

  #flushLater(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      for (let event = this.#waiting.shift(); event; event = this.#waiting.shift()) {
        this.#give(event);
      }
    });
  }

  #give(event: LegEvent): void {
    try {
      this.#listener?.(event);
    } catch (fault) {
      this.#owner.onFault(fault);
    }
  }
}
