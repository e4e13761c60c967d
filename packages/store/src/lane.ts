import type { Connections } from './connections.ts';

/** Connections set apart for one purpose, with bounds of their own; made by `store.lane`. */
export class Lane implements AsyncDisposable {
  readonly #connections: Connections;
  readonly #onClose: () => void;

  /** @internal Made by the store. */
  constructor(connections: Connections, onClose: () => void) {
    this.#connections = connections;
    this.#onClose = onClose;
  }

  /** One prepared statement, one round trip, on a connection of this lane. Its rows. */
  async call<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return await this.#connections.call<Row>(text, values);
  }

  /** @internal The embedded server has another port. */
  moveTo(url: string): void {
    this.#connections.moveTo(url);
  }

  /** Waits for what runs and closes its connections. */
  async close(): Promise<void> {
    this.#onClose();
    await this.#connections.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
