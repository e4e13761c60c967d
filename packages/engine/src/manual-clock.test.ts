import { expect, test } from 'vitest';
import { ManualClock } from './manual-clock.ts';

test('timers fire in order of their instants, equal ones in order of their start', async () => {
  const clock = new ManualClock();
  const fired: string[] = [];
  clock.startTimer(20, () => void fired.push(`b at ${clock.monotonicMs()}`));
  clock.startTimer(10, () => void fired.push(`a at ${clock.monotonicMs()}`));
  clock.startTimer(20, () => void fired.push(`c at ${clock.monotonicMs()}`));
  await clock.advance(30);
  expect(fired).toEqual(['a at 10', 'b at 20', 'c at 20']);
  expect(clock.monotonicMs()).toBe(30);
  expect(clock.pending).toBe(0);
});

test('a timer started by a timer fires within the same turn of the clock', () => {
  const clock = new ManualClock();
  const fired: number[] = [];
  const again = (): void => {
    fired.push(clock.monotonicMs());
    if (fired.length < 3) clock.startTimer(10, again);
  };
  clock.startTimer(10, again);
  clock.advanceSync(25);
  expect(fired).toEqual([10, 20]);
  clock.advanceSync(5);
  expect(fired).toEqual([10, 20, 30]);
});

test('promises settle between one instant and the next', async () => {
  const clock = new ManualClock();
  const seen: string[] = [];
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => void clock.startTimer(ms, resolve));
  void (async () => {
    await wait(10);
    seen.push(`first at ${clock.monotonicMs()}`);
    await wait(10);
    seen.push(`second at ${clock.monotonicMs()}`);
  })();
  await clock.advance(100);
  expect(seen).toEqual(['first at 10', 'second at 20']);
});

test('wall time steps alone; monotonic time does not notice', () => {
  const clock = new ManualClock(1_000_000);
  let fired = 0;
  clock.startTimer(100, () => void fired++);
  clock.stepWall(-500_000);
  expect(clock.now()).toBe(500_000);
  expect(clock.monotonicMs()).toBe(0);
  clock.stepWall(900_000);
  expect(fired).toBe(0);
  clock.advanceSync(100);
  expect(clock.now()).toBe(1_400_100);
  expect(fired).toBe(1);
});

test('a timer taken back does not fire', () => {
  const clock = new ManualClock();
  let fired = 0;
  const stop = clock.startTimer(5, () => void fired++);
  stop();
  clock.advanceSync(10);
  expect(fired).toBe(0);
  expect(clock.pending).toBe(0);
});
