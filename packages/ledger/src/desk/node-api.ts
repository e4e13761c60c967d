/** A running node's HTTP API, as verbs of money speak to it. */
export interface NodeApi {
  /** Asks a path below `/api/v1`; the body of the answer. Rejects with what the node says. */
  ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  /** Reads an answer piece by piece, at one's own pace. Rejects as above, or in the middle. */
  read(path: string): Promise<NodeStream>;
}

/** An answer that comes in pieces. */
export interface NodeStream {
  /** Its headers, names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly chunks: AsyncIterable<Uint8Array>;
}
