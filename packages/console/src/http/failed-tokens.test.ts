import { ManualClock } from '@tandem/engine';
import { expect, test } from 'vitest';
import { FailedTokens } from './failed-tokens.ts';

const ATTACKER = '192.0.2.66';

function guess(failed: FailedTokens, address: string, times: number): void {
  for (let n = 0; n < times; n++) failed.fail(address);
}

test('after ten wrong tokens an address has to wait, and later may try again', async () => {
  const clock = new ManualClock();
  const failed = new FailedTokens(clock);
  guess(failed, ATTACKER, 9);
  expect(failed.secondsToWait(ATTACKER, 'x')).toBe(0);
  guess(failed, ATTACKER, 1);
  expect(failed.secondsToWait(ATTACKER, 'x')).toBe(6);
  expect(failed.secondsToWait('192.0.2.67', 'x')).toBe(0);
  await clock.advance(6_001);
  expect(failed.secondsToWait(ATTACKER, 'x')).toBe(0);
  guess(failed, ATTACKER, 1);
  expect(failed.secondsToWait(ATTACKER, 'x')).toBeGreaterThan(0);
});

test('whoever signed in from there before is not locked out by a neighbour', () => {
  const failed = new FailedTokens(new ManualClock());
  failed.succeed(ATTACKER, 'good');
  guess(failed, ATTACKER, 100);
  expect(failed.secondsToWait(ATTACKER, 'good')).toBe(0);
  expect(failed.secondsToWait(ATTACKER, 'lucky')).toBeGreaterThan(0);
});

test('a host of IPv6 does not get away by another address of its network', () => {
  const failed = new FailedTokens(new ManualClock());
  for (let n = 0; n < 10; n++) failed.fail(`2001:db8:1:2::${n}`);
  expect(failed.secondsToWait('2001:db8:1:2:a:b:c:d', 'x')).toBeGreaterThan(0);
  expect(failed.secondsToWait('2001:db8:1:3::1', 'x')).toBe(0);
});

test('a flood from many addresses takes no more memory than it may', () => {
  const failed = new FailedTokens(new ManualClock());
  guess(failed, '10.0.0.1', 10);
  for (let n = 0; n < 10_001; n++) failed.fail(`192.0.${n >> 8}.${n & 255}`);
  // The oldest is forgotten, and nothing worse happens.
  expect(failed.secondsToWait('10.0.0.1', 'x')).toBe(0);
});
