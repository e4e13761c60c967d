import { getHeapStatistics } from 'node:v8';

/** A collection of the whole heap stops the node for some 50 ms: only while hardly anybody calls. */
const CALLS_MAX = 10;
/** What a call leaves behind is let go with its last transaction: 64 × T1 (RFC 3261 §17.1.1.2). */
const QUIET_MS = 32_000;
/** Less than that is not worth a collection. */
const GROWN_BYTES = 32 << 20;
/** V8 gives pages back some collections later: one a second, so many. */
const COLLECTIONS = 5;

/** What is collected, and how. */
export interface SpareMemoryOptions {
  readonly calls: () => number;
  readonly nowMs: () => number;
  /** What the heap has taken of the system. */
  readonly heapBytes: () => number;
  /** Collects all that is dead, at once. */
  readonly collect: () => void;
}

/**
 * Gives memory back after a busy time, once. A collection while no call is there costs the compiled
 * code of all that calls are made of, and the next thousand calls are twice as dear: V8 would collect
 * in each lull of ten seconds, and again and again at a few calls a second.
 */
export class SpareMemory {
  readonly #options: SpareMemoryOptions;
  #quietSinceMs: number;
  /** What the heap had after the last collection. */
  #keptBytes = 0;
  #collectionsDue = 0;

  constructor(options: SpareMemoryOptions) {
    this.#options = options;
    this.#quietSinceMs = options.nowMs();
  }

  /** Looks whether it is time; called once a second. */
  turn(): void {
    const { calls, nowMs, heapBytes, collect } = this.#options;
    if (calls() > CALLS_MAX) this.#quietSinceMs = nowMs();
    if (nowMs() - this.#quietSinceMs < QUIET_MS) return;
    if (heapBytes() >= this.#keptBytes + GROWN_BYTES) this.#collectionsDue = COLLECTIONS;
    if (this.#collectionsDue === 0) return;
    this.#collectionsDue--;
    collect();
    this.#keptBytes = heapBytes();
  }
}

/** Of this process; undefined where V8 was not told to leave that to us, and does it itself. */
export function openSpareMemory(
  options: Pick<SpareMemoryOptions, 'calls' | 'nowMs'>,
): SpareMemory | undefined {
  const collect = globalThis.gc;
  if (collect === undefined || !process.execArgv.includes('--no-memory-reducer')) return undefined;
  const heapBytes = (): number => getHeapStatistics().total_heap_size;
  return new SpareMemory({ ...options, heapBytes, collect: () => collect() });
}
