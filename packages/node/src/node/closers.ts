import type { Log } from '@tandem/engine';

/** What has to be closed, in reverse order of opening; one that fails keeps no other open. */
export class Closers {
  readonly #closers: { readonly what: string; readonly close: () => unknown }[] = [];
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Adds one; `what` is its name in the log. */
  add(what: string, close: () => unknown): void {
    this.#closers.push({ what, close });
  }

  /** Closes all. Never throws. */
  async closeAll(): Promise<void> {
    for (const { what, close } of this.#closers.splice(0).toReversed()) {
      try {
        await close();
      } catch (fault) {
        this.#log.error('a part of the node did not end well', { what, fault: String(fault) });
      }
    }
  }
}
