import { type Reading, SpanCounts } from '@tandem/messages';

/** From an answer on the same machine to the longest timeout, seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Peers that have series of their own; a mesh has fewer nodes. */
const PEERS_MAX = 256;

/** How long other nodes take to answer questions of this one, by node. */
export class RequestSpans {
  readonly #peers = new Map<string, SpanCounts>();

  /** An answer came from `peer`, or a fault in its place, after so many ms. */
  observe(peer: string, ms: number): void {
    let spans = this.#peers.get(peer);
    if (spans === undefined) {
      if (this.#peers.size >= PEERS_MAX) return;
      spans = new SpanCounts(BOUNDS);
      this.#peers.set(peer, spans);
    }
    spans.observe(ms / 1_000);
  }

  /** One histogram for each node that was asked. */
  get readings(): readonly Reading[] {
    const name = 'tandem_bus_request_seconds';
    const help = 'From a question to another node to its answer, lost ones to their timeout.';
    return [...this.#peers].map(([peer, spans]) => spans.reading({ name, help, labels: { peer } }));
  }
}
