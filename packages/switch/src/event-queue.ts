import type { MaybePromise } from '@tandem/engine';
import { EVENTS_WAITING_MAX } from './limits.ts';

/** What a call does with the events of its legs. */
export interface EventHandling<S, E> {
  /** Handles one event to its end. */
  handle(source: S, event: E): MaybePromise<void>;
  /** Whether it is handled at once while another one waits for a handler of the bus. */
  mayOvertake(source: S, event: E): boolean;
  /** More events wait than may. */
  onOverflow(): void;
  /** A bug, or a leg that threw: the event's handling ended there. */
  onFault(fault: unknown): void;
}

/**
 * The events of one call, each handled to its end before the next: what a handler of the bus is
 * still asked about must not be overtaken, except by the end of it all.
 */
export class EventQueue<S, E> {
  readonly #handling: EventHandling<S, E>;
  #waiting: { source: S; event: E }[] | undefined = undefined;
  #isBusy = false;
  #isAwaiting = false;

  constructor(handling: EventHandling<S, E>) {
    this.#handling = handling;
  }

  /** Handles the event now, or in its turn. Never throws. */
  take(source: S, event: E): void {
    if (this.#isAwaiting && this.#handling.mayOvertake(source, event)) {
      this.#overtake(source, event);
    } else if (this.#isBusy) this.#enqueue(source, event);
    else {
      this.#isBusy = true;
      if (this.#begin(source, event)) this.#goOn();
    }
  }

  #enqueue(source: S, event: E): void {
    const waiting = (this.#waiting ??= []);
    if (waiting.length < EVENTS_WAITING_MAX) waiting.push({ source, event });
    else this.#handling.onOverflow();
  }

  /** True when the event has been handled, false while its handling is awaited. */
  #begin(source: S, event: E): boolean {
    try {
      const handled = this.#handling.handle(source, event);
      if (!(handled instanceof Promise)) return true;
      this.#isAwaiting = true;
      handled.then(
        () => this.#arrived(),
        (fault: unknown) => {
          this.#handling.onFault(fault);
          this.#arrived();
        },
      );
      return false;
    } catch (fault) {
      this.#handling.onFault(fault);
      return true;
    }
  }

  #overtake(source: S, event: E): void {
    try {
      const handled = this.#handling.handle(source, event);
      if (handled instanceof Promise) {
        handled.catch((fault: unknown) => this.#handling.onFault(fault));
      }
    } catch (fault) {
      this.#handling.onFault(fault);
    }
  }

  #arrived(): void {
    this.#isAwaiting = false;
    this.#goOn();
  }

  #goOn(): void {
    for (let next = this.#waiting?.shift(); next; next = this.#waiting?.shift()) {
      if (!this.#begin(next.source, next.event)) return;
    }
    this.#isBusy = false;
  }
}
