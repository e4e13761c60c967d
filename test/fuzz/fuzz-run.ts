import {
  mutate,
  type SeededRandom,
} from '../../packages/sip-stack/src/wire/mutate.test-support.ts';
import { Corpus } from './corpus.ts';
import type { Coverage } from './coverage.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import type { ThreadClock } from './thread-clock.ts';

/** Inputs between two looks at what code they reached. */
const BATCH = 32;
/** Inputs between two looks at what they left behind. */
const REST_EVERY = BATCH * 125;
/** Outcomes of inputs that went no further than the door. */
const SHALLOW = new Set(['dropped', 'silent']);

/** An input that broke a promise. */
export interface Crash {
  readonly target: string;
  readonly input: string;
  readonly fault: unknown;
}

/** Feeds one target with mutations of what reached new code before. */
export class FuzzRun {
  readonly #target: FuzzTarget;
  readonly #random: SeededRandom;
  readonly #coverage: Coverage;
  readonly #clock: ThreadClock;
  readonly #corpus: Corpus;
  /** What inputs came to, by word. */
  readonly outcomes = new Map<string, number>();
  readonly crashes: Crash[] = [];
  inputs = 0;
  /** The dearest input: how long it held the event loop's thread. */
  slowestMs = 0;
  slowest = '';

  constructor(
    target: FuzzTarget,
    random: SeededRandom,
    tools: { coverage: Coverage; clock: ThreadClock },
  ) {
    this.#target = target;
    this.#random = random;
    this.#coverage = tools.coverage;
    this.#clock = tools.clock;
    this.#corpus = new Corpus(target.seeds, random);
  }

  get name(): string {
    return this.#target.name;
  }

  get kept(): number {
    return this.#corpus.size;
  }

  /** Feeds one batch; keeps it where it reached new code. */
  async batch(): Promise<void> {
    const inputs: string[] = [];
    const deep: string[] = [];
    for (let index = 0; index < BATCH; index++) {
      const input = mutate(this.#corpus.pick(), this.#corpus.pick(), this.#random);
      inputs.push(input);
      if (!SHALLOW.has(await this.#feed(input))) deep.push(input);
    }
    if (this.#coverage.look() > 0) this.#corpus.keep(deep);
    if (this.inputs % REST_EVERY !== 0) return;
    try {
      await this.#target.rest();
    } catch (fault) {
      this.crashes.push({ target: this.name, input: inputs.join('\n---\n'), fault });
    }
  }

  async #feed(input: string): Promise<string> {
    this.inputs++;
    const startMs = this.#clock.nowMs();
    let outcome = 'crash';
    try {
      outcome = await this.#target.feed(input);
      this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    } catch (fault) {
      this.crashes.push({ target: this.name, input, fault });
    }
    const spentMs = this.#clock.nowMs() - startMs;
    if (spentMs > this.slowestMs) {
      this.slowestMs = spentMs;
      this.slowest = input;
    }
    return outcome;
  }
}
