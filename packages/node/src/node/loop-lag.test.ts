import { expect, test } from 'vitest';
import { LoopLag } from './loop-lag.ts';

test('tells how late timers were at the worst of the last period, less what they are late by themselves', () => {
  let lateMs = 1_400;
  const lag = new LoopLag({ takeLateness: () => lateMs });
  expect(lag.lagMs).toBe(0);
  lag.turn();
  expect(lag.lagMs).toBe(1_398);
  lateMs = 1.5;
  expect(lag.lagMs).toBe(1_398);
  lag.turn();
  expect(lag.lagMs).toBe(0);
});
