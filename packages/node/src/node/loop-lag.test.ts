import { type Clock, ManualClock, TimerWheel } from '@tandem/engine';
import { expect, test } from 'vitest';
import { LoopLag } from './loop-lag.ts';

test('tells how late timers were at the worst of a period, less what they are late by themselves', () => {
  const clock = new ManualClock();
  let heldUpMs = 0;
  const busyLoop: Clock = {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    startTimer: (delayMs, fire) => clock.startTimer(delayMs + heldUpMs, fire),
  };
  const wheel = new TimerWheel(busyLoop);
  const lag = new LoopLag(wheel);
  /** A second with ten timers, each `heldUp` late. */
  const pass = (heldUp: number): void => {
    heldUpMs = heldUp;
    for (let at = 0; at < 10; at++) {
      wheel.after(48, () => undefined);
      clock.advanceSync(100 + heldUp);
    }
  };
  pass(0);
  lag.turn();
  expect(lag.lagMs).toBe(0);
  pass(1_400);
  pass(20);
  // Of the period before, until this one ends.
  expect(lag.lagMs).toBe(0);
  lag.turn();
  expect(lag.lagMs).toBe(1_398);
  lag.turn();
  expect(lag.lagMs).toBe(0);
});
