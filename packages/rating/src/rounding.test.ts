import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divide, isRounding, largestDividend, type Rounding, ROUNDINGS } from './rounding.ts';

/**
 * The model: walk over the two integers that enclose the fraction and choose by definition, with
 * comparisons of cross products only. It shares no step with the functions under test.
 */
function modelOf(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  const isNegative = dividend < 0n;
  const size = isNegative ? -dividend : dividend;
  let below = 0n;
  for (let step = 1n << 80n; step > 0n; step >>= 1n) {
    if ((below + step) * divisor <= size) below += step;
  }
  const above = below * divisor === size ? below : below + 1n;
  const toBelow = size - below * divisor;
  const toAbove = above * divisor - size;
  const nearest = toBelow < toAbove ? below : toBelow > toAbove ? above : undefined;
  const chosen: Record<Rounding, bigint> = {
    up: above,
    down: below,
    halfUp: nearest ?? above,
    halfEven: nearest ?? (below % 2n === 0n ? below : above),
  };
  return isNegative ? -chosen[rounding] : chosen[rounding];
}

const roundings = fc.constantFrom(...ROUNDINGS);
const divisors = fc.oneof(fc.bigInt({ min: 1n, max: 12n }), fc.bigInt({ min: 1n, max: 10n ** 9n }));
const dividends = fc.oneof(
  fc.bigInt({ min: -200n, max: 200n }),
  fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
);

describe('rounding', () => {
  it.each([
    [5n, 2n, { halfUp: 3n, halfEven: 2n, up: 3n, down: 2n }],
    [7n, 2n, { halfUp: 4n, halfEven: 4n, up: 4n, down: 3n }],
    [-5n, 2n, { halfUp: -3n, halfEven: -2n, up: -3n, down: -2n }],
    [1n, 60n, { halfUp: 0n, halfEven: 0n, up: 1n, down: 0n }],
    [-1n, 60n, { halfUp: 0n, halfEven: 0n, up: -1n, down: 0n }],
    [120n, 60n, { halfUp: 2n, halfEven: 2n, up: 2n, down: 2n }],
  ])('%s / %s ends as its name says', (dividend, divisor, expected) => {
    for (const rounding of ROUNDINGS) {
      expect(divide(dividend, divisor, rounding)).toBe(expected[rounding]);
    }
  });

  it('agrees with the definition on fractions of any size', () => {
    fc.assert(
      fc.property(dividends, divisors, roundings, (dividend, divisor, rounding) => {
        const expected = modelOf(dividend, divisor, rounding);
        expect(divide(dividend, divisor, rounding)).toBe(expected);
      }),
      { seed: 3, numRuns: 3000 },
    );
  });

  it('the largest dividend gives the quotient, and one more exceeds it', () => {
    const quotients = fc.oneof(
      fc.bigInt({ min: 0n, max: 9n }),
      fc.bigInt({ min: 0n, max: 10n ** 18n }),
    );
    fc.assert(
      fc.property(quotients, divisors, roundings, (quotient, divisor, rounding) => {
        const largest = largestDividend(quotient, divisor, rounding);
        expect(divide(largest, divisor, rounding)).toBe(quotient);
        expect(divide(largest + 1n, divisor, rounding)).toBe(quotient + 1n);
      }),
      { seed: 4, numRuns: 2000 },
    );
  });

  it('a divisor that is not positive is a bug, not an answer', () => {
    expect(() => divide(1n, 0n, 'halfUp')).toThrow(RangeError);
    expect(() => divide(1n, -60n, 'down')).toThrow(RangeError);
  });

  it('only the four names are roundings', () => {
    expect(isRounding('halfEven')).toBe(true);
    expect(isRounding('floor')).toBe(false);
    expect(isRounding('toString')).toBe(false);
  });
});
