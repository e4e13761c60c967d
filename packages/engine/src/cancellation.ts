/**
 * A cheap way to call off a running question: no AbortController until somebody needs a signal.
 * The sender keeps it and cancels; messages carry it.
 */
export class Cancellation {
  #isCancelled = false;
  #listeners: Set<() => void> | undefined;

  /** Whether `cancel` has been called. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Calls off, once; listeners run in order of their arrival, all of them even if one throws. */
  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    const listeners = this.#listeners ?? [];
    this.#listeners = undefined;
    const faults: unknown[] = [];
    for (const listener of listeners) {
      try {
        listener();
      } catch (fault) {
        faults.push(fault);
      }
    }
    if (faults.length > 0) throw faults[0];
  }

  /** Calls `listener` at the cancellation, or now if that has been. Returns the way to stop that. */
  onCancel(listener: () => void): () => void {
    if (this.#isCancelled) {
      listener();
      return () => undefined;
    }
    const listeners = (this.#listeners ??= new Set());
    // Wrapped, so that the same function may listen twice and each stop ends its own.
    const own = (): void => listener();
    listeners.add(own);
    return () => void listeners.delete(own);
  }
}
