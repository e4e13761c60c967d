import { expect, test } from 'vitest';
import { CutOff } from './cut-off.ts';

const DEAD_AFTER_MS = 6_000;

test('a sister that is back from the outage first does not end our calls: we have time to follow', () => {
  const cutOff = new CutOff(DEAD_AFTER_MS);
  // The database is away for all.
  for (let nowMs = 0; nowMs < 20_000; nowMs += 1_000) expect(cutOff.note(false, nowMs)).toBe(false);
  for (let nowMs = 20_000; nowMs < 23_000; nowMs += 1_000) {
    expect(cutOff.note(true, nowMs)).toBe(false);
  }
});

test('a node that stays cut off ends its calls before a sister may close them', () => {
  const cutOff = new CutOff(DEAD_AFTER_MS);
  expect(cutOff.note(true, 3_000)).toBe(false);
  expect(cutOff.note(true, 5_900)).toBe(false);
  expect(cutOff.note(true, 6_000)).toBe(true);
  expect(cutOff.note(false, 7_000)).toBe(false);
  expect(cutOff.note(true, 8_000)).toBe(false);
});
