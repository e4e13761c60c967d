/** Counts of things that happen in the driver, by label; only ever rises. */
export class SipCounters {
  readonly #counts = new Map<string, Map<string, number>>();

  /** Counts one event; labels are words of ours, never text of a peer. */
  count(name: CounterName, label = ''): void {
    let labels = this.#counts.get(name);
    if (labels === undefined) this.#counts.set(name, (labels = new Map()));
    labels.set(label, (labels.get(label) ?? 0) + 1);
  }

  /** How often it happened with that label. */
  read(name: CounterName, label = ''): number {
    return this.#counts.get(name)?.get(label) ?? 0;
  }

  /** All labels of a counter with their counts. */
  entries(name: CounterName): Iterable<[label: string, count: number]> {
    return this.#counts.get(name) ?? [];
  }
}

/** What is counted, and by which label. */
export type CounterName =
  /** Requests refused before a call was made of them, by our word for it. */
  | 'refused'
  /** Credentials not taken, by the reason of the digest. */
  | 'authRefused'
  /** Headers of the cluster that came from somebody who is no peer. */
  | 'strippedClusterHeaders'
  /** REGISTERs by result: stored, queried, wiped, refused. */
  | 'registers'
  /** Connections that took bindings along when they closed. */
  | 'closedFlows'
  /** Calls that were answered after they had been given up. */
  | 'lateAnswers'
  /** Answers whose ACK never came. */
  | 'missingAcks'
  /** Calls ended because the peer no longer knew them or was silent. */
  | 'deadCalls'
  /** Requests of dialogs of other nodes, by what became of them. */
  | 'strays'
  /** Faults of listeners and handlers. */
  | 'faults';
