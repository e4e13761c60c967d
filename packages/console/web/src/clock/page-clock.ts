/** What pages know of time; tests put one in that they turn by hand. */
export interface PageClock {
  /** Monotonic ms: for ages and spans, whatever happens to the wall clock. */
  now(): number;
  /** Epoch ms by this browser's clock: only for showing instants. */
  epoch(): number;
  /** Calls back once after that many ms; the answer takes it back. */
  after(delayMs: number, callback: () => void): () => void;
}
