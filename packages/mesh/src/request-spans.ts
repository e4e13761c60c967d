import type { Reading } from '@tandem/messages';

/** From an answer on the same machine to the longest timeout, seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Peers that have series of their own; a mesh has fewer nodes. */
const PEERS_MAX = 256;

interface Spans {
  /** By bound; the last one counts what was longer than all. */
  readonly counts: number[];
  sumSeconds: number;
}

/** How long other nodes take to answer questions of this one, by node. */
export class RequestSpans {
  readonly #peers = new Map<string, Spans>();

  /** An answer came from `peer`, or a fault in its place, after so many ms. */
  observe(peer: string, ms: number): void {
    let spans = this.#peers.get(peer);
    if (spans === undefined) {
      if (this.#peers.size >= PEERS_MAX) return;
      spans = { counts: Array.from({ length: BOUNDS.length + 1 }, () => 0), sumSeconds: 0 };
      this.#peers.set(peer, spans);
    }
    const seconds = ms / 1_000;
    const bound = BOUNDS.findIndex((le) => seconds <= le);
    spans.counts[bound < 0 ? BOUNDS.length : bound]!++;
    spans.sumSeconds += seconds;
  }

  /** One histogram for each node that was asked. */
  get readings(): readonly Reading[] {
    return [...this.#peers].map(([peer, { counts, sumSeconds }]): Reading => {
      let count = 0;
      const buckets = counts.map((own, index) => {
        count += own;
        return { le: BOUNDS[index] ?? Infinity, count };
      });
      return {
        name: 'tandem_bus_request_seconds',
        help: 'From a question to another node to its answer, lost ones to their timeout.',
        kind: 'histogram',
        value: sumSeconds,
        labels: { peer },
        buckets,
      };
    });
  }
}
