import { ManualClock } from '@tandem/engine';
import { expect, test } from 'vitest';
import { DatabaseTime } from './database-time.ts';

test('instants follow the database, whatever is done to the machine’s clock', async () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const time = new DatabaseTime(clock);
  const databaseAt = Date.UTC(2026, 0, 1, 3);
  time.learn(databaseAt, clock.monotonicMs());
  expect(time.now()).toBe(databaseAt);
  for (const hours of [1, -2]) {
    clock.stepWall(hours * 3_600_000);
    expect(time.now()).toBe(databaseAt);
  }
  await clock.advance(90_000);
  expect(time.now()).toBe(databaseAt + 90_000);
});

test('an answer that took long says too little about the time, and is not believed', async () => {
  const clock = new ManualClock();
  const time = new DatabaseTime(clock);
  const before = time.now();
  const sentMs = clock.monotonicMs();
  await clock.advance(2_000);
  time.learn(before + 3_600_000, sentMs);
  expect(time.now()).toBe(before + 2_000);
});
