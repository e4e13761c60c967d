/**
 * A cheap way to call off a running question: no AbortController until somebody needs a signal.
 * The sender keeps it and cancels; messages carry it.
 */
export class Cancellation {
  #isCancelled = false;
  #listeners: (() => void)[] | undefined;

  /** Whether `cancel` has been called. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Calls off, once; listeners run in order of their arrival. */
  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    const listeners = this.#listeners;
    this.#listeners = undefined;
    for (const listener of listeners ?? []) listener();
  }

  /** Calls `listener` at the cancellation, or now if that has been. */
  onCancel(listener: () => void): void {
    if (this.#isCancelled) listener();
    else (this.#listeners ??= []).push(listener);
  }
}
