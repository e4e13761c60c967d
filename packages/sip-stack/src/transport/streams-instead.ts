import type { Clock } from '@tandem/engine';

import { ExpiringMap } from '../bounds/expiring-map.ts';
import type { Flow } from './flow.ts';
import type { Target } from './target.ts';

/** How long a peer that refused TCP gets large requests by UDP at once. */
const REFUSED_MS = 600_000;
const REFUSED_MAX = 10_000;

/** Where requests too large for a datagram may go instead, and who has refused that. */
export class StreamsInstead {
  readonly #connectTimeoutMs: number;
  readonly #refused: ExpiringMap<true>;

  constructor(clock: Clock, connectTimeoutMs: number) {
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#refused = new ExpiringMap(clock, REFUSED_MAX);
  }

  /** The same address and port by TCP; undefined where that was refused lately. */
  targetBeside(flow: Flow): Target | undefined {
    const { remoteAddress: address, remotePort: port } = flow;
    if (this.#refused.size > 0 && this.#refused.has(`${address}|${port}`)) return undefined;
    return { transport: 'tcp', address, port, connectTimeoutMs: this.#connectTimeoutMs };
  }

  noteRefused({ remoteAddress, remotePort }: Flow): void {
    this.#refused.set(`${remoteAddress}|${remotePort}`, true, REFUSED_MS);
  }
}
