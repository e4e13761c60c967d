import { describe, expect, test } from 'vitest';
import { formatDuration, formatSpan } from './duration.ts';
import { formatInstant } from './instant.ts';
import { formatMoney, microsOf } from './money.ts';
import { formatBytes, formatCount, formatRate } from './quantity.ts';

describe('what people read', () => {
  test.each([
    [0, '0:00'],
    [999, '0:00'],
    [7_000, '0:07'],
    [754_000, '12:34'],
    [3_723_000, '1:02:03'],
    [273_600_000, '3 d 4 h'],
    [-5_000, '0:00'],
  ])('a call of %d ms is shown as %s', (spanMs, shown) => {
    expect(formatDuration(spanMs)).toBe(shown);
  });

  test.each([
    [0.41, '0.4 ms'],
    [12.3, '12 ms'],
    [1_500, '1.5 s'],
    [12_345, '12 s'],
  ])('a handler that took %d ms is shown as %s', (spanMs, shown) => {
    expect(formatSpan(spanMs)).toBe(shown);
  });

  test.each([
    ['0.100000', 'USD', '0.10 USD'],
    ['0.012500', 'EUR', '0.0125 EUR'],
    ['-1234567890.123456', 'USD', '-1234567890.123456 USD'],
    ['25.000000', null, '25.00'],
    [null, 'USD', '–'],
    ['not money', 'USD', 'not money USD'],
  ])('the amount %s %s is shown as %s, and no digit is lost', (amount, currency, shown) => {
    expect(formatMoney(amount, currency)).toBe(shown);
  });

  test('amounts are ordered exactly where floats are not', () => {
    expect(microsOf('9007199254740993.000001') > microsOf('9007199254740993.000000')).toBe(true);
    expect(microsOf('-0.5')).toBe(-500_000n);
    expect(microsOf('')).toBe(0n);
  });

  test('counts, rates and memory', () => {
    expect(formatCount(10_000).replaceAll('\u202f', ' ')).toBe('10 000');
    expect([formatRate(0.04), formatRate(12.34), formatRate(1_234)]).toEqual([
      '0.0',
      '12.3',
      '1\u202f234',
    ]);
    expect([formatBytes(0), formatBytes(150_000_000), formatBytes(3e9)]).toEqual([
      '–',
      '143 MiB',
      '2.8 GiB',
    ]);
  });

  test('an instant that is none is a dash', () => {
    expect(formatInstant(null)).toBe('–');
    expect(formatInstant(Number.NaN)).toBe('–');
    expect(formatInstant(1e300)).toBe('–');
    expect(formatInstant(1_700_000_000_000)).toMatch(/^2023-11-1\d \d\d:\d\d:20$/);
  });
});
