import { formatMicros } from '@tandem/messages';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMicros, toMicros } from './money-text.ts';

describe('money', () => {
  it.each([
    ['0.10', 100_000n],
    ['0', 0n],
    ['-0', 0n],
    ['.025', 25_000n],
    ['5.', 5_000_000n],
    ['+1.5', 1_500_000n],
    ['-0.000001', -1n],
    ['0.1000000000', 100_000n],
    ['000000000000001', 1_000_000n],
    ['999999999999.999999', 999_999_999_999_999_999n],
  ])('%s is %s micro-units', (text, expected) => {
    expect(toMicros(text)).toBe(expected);
  });

  it.each([
    ['', 'expected a decimal number such as 0.10, got nothing'],
    ['.', 'expected a decimal number such as 0.10, got "."'],
    ['-', 'expected a decimal number such as 0.10, got "-"'],
    ['0,10', 'expected a decimal number such as 0.10, got "0,10"'],
    [' 1', 'expected a decimal number such as 0.10, got " 1"'],
    ['1e3', 'expected a decimal number such as 0.10, got "1e3"'],
    ['0x10', 'expected a decimal number such as 0.10, got "0x10"'],
    ['٣', 'expected a decimal number such as 0.10, got "٣"'],
    ['NaN', 'expected a decimal number such as 0.10, got "NaN"'],
    ['1\n', 'expected a decimal number such as 0.10, got "1\\n"'],
    ['0.0000001', 'expected at most 6 decimals, got "0.0000001"'],
    ['1000000000000', 'expected at most 12 digits before the point, got "1000000000000"'],
  ])('%j is refused with the reason', (text, problem) => {
    expect(readMicros(text)).toEqual({ problem });
    expect(() => toMicros(text)).toThrow(problem);
  });

  it('a hostile text is not repeated at length', () => {
    for (const text of ['9'.repeat(100_000), `0.${'0'.repeat(1_000_000)}1`]) {
      const parsed = readMicros(text);
      expect('problem' in parsed && parsed.problem.length).toBeLessThan(120);
    }
  });

  it('is written with six decimals, and read back the same', () => {
    expect(formatMicros(-50_000n)).toBe('-0.050000');
    const amounts = fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n });
    fc.assert(
      fc.property(amounts, (amount) => {
        const text = formatMicros(amount);
        expect(text).toMatch(/^-?\d{1,12}\.\d{6}$/);
        expect(toMicros(text)).toBe(amount);
      }),
      { seed: 1 },
    );
  });

  it('no text makes the reader throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const parsed = readMicros(text);
        expect('problem' in parsed || typeof parsed.micros === 'bigint').toBe(true);
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});
