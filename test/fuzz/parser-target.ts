import { fuzzSeeds } from '../../packages/sip-stack/src/wire/fuzz-seeds.test-support.ts';
import { checkInput } from '../../packages/sip-stack/src/wire/fuzz-target.test-support.ts';
import type { SeededRandom } from '../../packages/sip-stack/src/wire/mutate.test-support.ts';
import type { FuzzTarget } from './fuzz-target.ts';

/** The parser with all that reads single headers, the builder, and streams that are cut anywhere. */
export class ParserTarget implements FuzzTarget {
  readonly name = 'parser';
  readonly seeds = fuzzSeeds();
  readonly #random: SeededRandom;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  feed(input: string): string {
    const bytes = Buffer.from(input, 'latin1');
    return checkInput(bytes, this.#random.below(bytes.length + 1));
  }

  async rest(): Promise<void> {
    await Promise.resolve();
  }
}
