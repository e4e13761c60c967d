import { describe, expect, test } from 'vitest';
import { Breaker } from './breaker.ts';
import { CallRate } from './call-rate.ts';
import { QualityWindow } from './quality-window.ts';

const settings = { failures: 3, openSeconds: 30, probes: 1, codes: [503] };

function failedBreaker(): Breaker {
  const breaker = new Breaker();
  for (let count = 0; count < 3; count++) breaker.failed('call', settings, 0);
  return breaker;
}

describe('a breaker', () => {
  test('opens after so many failures in a row, and not before', () => {
    const breaker = new Breaker();
    breaker.failed('call', settings, 0);
    breaker.failed('call', settings, 0);
    breaker.succeeded('call', settings);
    breaker.failed('call', settings, 0);
    breaker.failed('call', settings, 0);
    expect(breaker.stateAt(0)).toBe('closed');
    breaker.failed('call', settings, 0);
    expect(breaker.stateAt(0)).toBe('open');
    expect(breaker.enter(settings, 29_999)).toBeUndefined();
  });

  test('lets one probe through, and closes when it succeeds', () => {
    const breaker = failedBreaker();
    expect(breaker.stateAt(30_000)).toBe('halfOpen');
    expect(breaker.enter(settings, 30_000)).toBe('probe');
    expect(breaker.enter(settings, 30_000)).toBeUndefined();
    breaker.succeeded('probe', settings);
    expect(breaker.stateAt(30_000)).toBe('closed');
    expect(breaker.enter(settings, 30_000)).toBe('call');
  });

  test('opens anew when the probe fails', () => {
    const breaker = failedBreaker();
    breaker.enter(settings, 30_000);
    breaker.failed('probe', settings, 31_000);
    expect(breaker.stateAt(60_999)).toBe('open');
    expect(breaker.stateAt(61_000)).toBe('halfOpen');
  });

  test('a probe that the caller gave up leaves room for another', () => {
    const breaker = failedBreaker();
    breaker.enter(settings, 30_000);
    breaker.left('probe');
    expect(breaker.stateAt(30_001)).toBe('halfOpen');
    expect(breaker.enter(settings, 30_001)).toBe('probe');
  });

  test('several probes must succeed where several are asked for', () => {
    const two = { ...settings, probes: 2 };
    const breaker = failedBreaker();
    expect([1, 2, 3].map(() => breaker.enter(two, 30_000))).toEqual(['probe', 'probe', undefined]);
    breaker.succeeded('probe', two);
    expect(breaker.stateAt(30_000)).toBe('halfOpen');
    breaker.succeeded('probe', two);
    expect(breaker.stateAt(30_000)).toBe('closed');
  });

  test('calls begun before it opened change nothing when they end later', () => {
    const breaker = failedBreaker();
    breaker.failed('call', settings, 20_000);
    breaker.succeeded('call', settings);
    expect(breaker.stateAt(29_999)).toBe('open');
    expect(breaker.stateAt(30_000)).toBe('halfOpen');
  });

  test('set to no failures, it never opens', () => {
    const off = { ...settings, failures: 0 };
    const breaker = new Breaker();
    for (let count = 0; count < 10; count++) breaker.failed('call', off, 0);
    expect(breaker.enter(off, 0)).toBe('call');
  });
});

describe('calls per second', () => {
  const admitted = (rate: number, instants: readonly number[]): number => {
    const limit = new CallRate();
    return instants.filter((atMs) => {
      if (!limit.hasRoom(rate, atMs)) return false;
      limit.count(rate, atMs);
      return true;
    }).length;
  };
  const atOnce = (count: number): number[] => Array.from({ length: count }, () => 0);

  test('a burst is a tenth of a second’s calls, one at least', () => {
    expect(admitted(5, atOnce(10))).toBe(1);
    expect(admitted(10, atOnce(10))).toBe(1);
    expect(admitted(11, atOnce(10))).toBe(2);
    expect(admitted(100, atOnce(100))).toBe(10);
    expect(admitted(0, atOnce(100))).toBe(100);
  });

  test('what comes evenly is admitted whole, and no more than that', () => {
    const evenly = Array.from({ length: 100 }, (_, index) => index * 200);
    expect(admitted(5, evenly)).toBe(100);
    const tooFast = Array.from({ length: 1_000 }, (_, index) => index * 10);
    expect(admitted(5, tooFast)).toBe(50);
    expect(admitted(0.5, [0, 1_999, 2_000, 4_000])).toBe(3);
  });
});

test('quality is that of the last minutes, and old calls are forgotten', () => {
  const window = new QualityWindow();
  window.add(60_000, 0);
  window.add(0, 1_000);
  expect(window.counts(2_000)).toEqual({ seizures: 2, answered: 1, talkMs: 60_000 });
  window.add(1, 300_000);
  expect(window.counts(300_000).seizures).toBe(3);
  expect(window.counts(600_001).seizures).toBe(1);
  expect(window.counts(2_000_000).seizures).toBe(0);
});
