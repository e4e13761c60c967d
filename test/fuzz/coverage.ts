import { Session } from 'node:inspector';

/** What one take of the profiler holds; only what is read here. */
interface Taken {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly ranges: readonly {
        readonly startOffset: number;
        readonly endOffset: number;
        readonly count: number;
      }[];
    }[];
  }[];
}

/** Which blocks of our own code have run, as V8 itself counts them. */
export class Coverage implements Disposable {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Blocks that have run so far. */
  get size(): number {
    return this.#seen.size;
  }

  /** Takes what ran since the last look; how many blocks of it had never run before. */
  look(): number {
    const before = this.#seen.size;
    this.#session.post('Profiler.takePreciseCoverage', (fault, taken) => {
      if (fault === null) this.#add(taken);
    });
    return this.#seen.size - before;
  }

  [Symbol.dispose](): void {
    this.#session.disconnect();
  }

  #add({ result }: Taken): void {
    for (const { url, functions } of result) {
      if (!url.includes('/packages/')) continue;
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          if (count > 0) this.#seen.add(`${url} ${startOffset} ${endOffset}`);
        }
      }
    }
  }
}
