import { expect, test } from 'vitest';
import { systemClock } from './clock.ts';

test('the machine’s clock is never early, whatever fraction it is given', async () => {
  for (const delayMs of [0, 0.4, 1.7, 3.2]) {
    const startedMs = systemClock.monotonicMs();
    await new Promise<void>((resolve) => {
      systemClock.startTimer(delayMs, resolve);
      // Its timers keep no process alive; this one does, for the test.
      setTimeout(() => undefined, 50);
    });
    expect(systemClock.monotonicMs() - startedMs).toBeGreaterThanOrEqual(delayMs);
  }
});

test('a span longer than Node’s timers take does not fire at once', async () => {
  let fired = 0;
  const stop = systemClock.startTimer(2 ** 31 + 5, () => void fired++);
  await new Promise((resolve) => setTimeout(resolve, 20));
  stop();
  expect(fired).toBe(0);
});

test('a timer taken back does not fire, and may be taken back twice', async () => {
  let fired = 0;
  const stop = systemClock.startTimer(1, () => void fired++);
  stop();
  stop();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(fired).toBe(0);
});
