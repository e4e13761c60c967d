import { describe, expect, it } from 'vitest';
import { fuzzSeeds } from './fuzz-seeds.test-support.ts';
import { checkInput, type FuzzDepth } from './fuzz-target.test-support.ts';
import { mutate, SeededRandom } from './mutate.test-support.ts';

describe('mutated messages', () => {
  it.each([1, 4475, 5118, 20_261])('of seed %i break no promise', (seed) => {
    const random = new SeededRandom(seed);
    const seeds = fuzzSeeds();
    const depths = new Map<FuzzDepth, number>();
    for (let round = 0; round < 3_000; round++) {
      const text = mutate(random.pick(seeds), random.pick(seeds), random);
      const bytes = Buffer.from(text, 'latin1');
      try {
        const depth = checkInput(bytes, random.below(bytes.length + 1));
        depths.set(depth, (depths.get(depth) ?? 0) + 1);
      } catch (error) {
        throw new Error(`input ${JSON.stringify(text)}`, { cause: error });
      }
    }
    // A fuzzer whose inputs all end at the door would prove nothing.
    expect(depths.get('message') ?? 0).toBeGreaterThan(300);
    expect(depths.get('refused') ?? 0).toBeGreaterThan(300);
  });
});
