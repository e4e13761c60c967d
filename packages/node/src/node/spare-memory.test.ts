import { expect, test } from 'vitest';
import { SpareMemory } from './spare-memory.ts';

const MB = 1 << 20;

test('is given back in a few collections, half a minute after a busy time, and not while many call', () => {
  let [calls, nowMs, heapBytes, collections] = [0, 0, 50 * MB, 0];
  const spare = new SpareMemory({
    calls: () => calls,
    nowMs: () => nowMs,
    heapBytes: () => heapBytes,
    collect: () => {
      collections++;
      heapBytes = 40 * MB;
    },
  });
  const pass = (seconds: number): number => {
    const before = collections;
    for (let second = 0; second < seconds; second++) {
      nowMs += 1_000;
      spare.turn();
    }
    return collections - before;
  };
  // What the start took.
  expect(pass(60)).toBe(5);
  calls = 1_000;
  heapBytes = 400 * MB;
  expect(pass(600)).toBe(0);
  calls = 3;
  expect(pass(30)).toBe(0);
  expect(pass(10)).toBe(5);
  heapBytes = 50 * MB;
  expect(pass(600)).toBe(0);
  heapBytes = 73 * MB;
  expect(pass(1)).toBe(1);
});
