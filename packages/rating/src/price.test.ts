import { formatMicros } from '@tandem/messages';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { billedSeconds } from './billed-seconds.ts';
import { toMicros } from './money-text.ts';
import { priceOf } from './price.ts';
import { priceStatement } from './price-statement.ts';
import { divide, type Rounding, ROUNDINGS } from './rounding.ts';
import { sliceWithin, worstPriceMicros } from './slice.ts';
import { talkMsFor } from './talk-time.ts';
import { type Terms, termsProblem } from './terms.ts';

interface Overrides {
  readonly rate?: string;
  readonly first?: number;
  readonly next?: number;
  readonly fee?: string;
  readonly rounding?: Rounding;
}

function termsOf({
  rate = '0.10',
  first = 60,
  next = 60,
  fee = '0',
  rounding = 'halfUp',
}: Overrides): Terms {
  return {
    rateMicrosPerMinute: toMicros(rate),
    firstSeconds: first,
    nextSeconds: next,
    connectFeeMicros: toMicros(fee),
    rounding,
  };
}

const anyTerms: fc.Arbitrary<Terms> = fc.record({
  rateMicrosPerMinute: fc.bigInt({ min: 0n, max: 5_000_000n }),
  firstSeconds: fc.integer({ min: 0, max: 90 }),
  nextSeconds: fc.integer({ min: 1, max: 90 }),
  connectFeeMicros: fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 200_000n })),
  rounding: fc.constantFrom(...ROUNDINGS),
});

describe('billed seconds', () => {
  it.each([
    [60, 60, 0, 0],
    [60, 60, 1, 60],
    [60, 60, 60_000, 60],
    [60, 60, 60_001, 120],
    [60, 60, 61_000, 120],
    [6, 6, 205_000, 210],
    [60, 60, 205_000, 240],
    [30, 6, 205_000, 210],
    [30, 6, 30_000, 30],
    [30, 6, 30_000.25, 36],
    [60, 1, 61_001, 62],
    [1, 1, 999, 1],
    [1, 1, 1_001, 2],
    [0, 6, 1, 6],
    [0, 6, 6_001, 12],
  ])('at %i/%i, %d ms of talk are billed as %i s', (firstSeconds, nextSeconds, talkMs, billed) => {
    expect(billedSeconds({ firstSeconds, nextSeconds }, talkMs)).toBe(billed);
  });

  it('are the smallest first + k·next that cover the talk', () => {
    const first = fc.integer({ min: 0, max: 3600 });
    const next = fc.integer({ min: 1, max: 3600 });
    const talk = fc.oneof(
      fc.integer({ min: 1, max: 10_000_000 }),
      fc
        .tuple(first, next, fc.nat(500), fc.integer({ min: -1, max: 1 }))
        .map(([f, n, k, off]) => Math.max(1, (f + k * n) * 1000 + off)),
    );
    fc.assert(
      fc.property(first, next, talk, (firstSeconds, nextSeconds, talkMs) => {
        const billed = billedSeconds({ firstSeconds, nextSeconds }, talkMs);
        expect(billed * 1000).toBeGreaterThanOrEqual(talkMs);
        expect((billed - firstSeconds) % nextSeconds).toBe(0);
        expect(billed).toBeGreaterThanOrEqual(firstSeconds);
        const isFirst = billed === firstSeconds;
        expect(isFirst || (billed - nextSeconds) * 1000 < talkMs).toBe(true);
      }),
      { seed: 5, numRuns: 2000 },
    );
  });

  it('keep a millisecond that a float quotient would swallow', () => {
    const talkMs = 9_007_199_254_740_001;
    const billed = billedSeconds({ firstSeconds: 1, nextSeconds: 1 }, talkMs);
    expect(billed).toBe(Number((BigInt(talkMs) + 999n) / 1000n));
  });

  it.each([-1, Number.NaN, Infinity])('%d ms of talk are a bug of the caller', (talkMs) => {
    expect(() => billedSeconds({ firstSeconds: 1, nextSeconds: 1 }, talkMs)).toThrow(RangeError);
  });
});

describe('a price', () => {
  it.each<[string, Overrides, number, string]>([
    ['61 s at 0.10 by the minute', {}, 61_000, '0.200000'],
    ['205 s at 6/6', { first: 6, next: 6 }, 205_000, '0.350000'],
    ['a second at 0.10, rounded half up', { first: 1, next: 1 }, 1_000, '0.001667'],
    ['the same, rounded down', { first: 1, next: 1, rounding: 'down' }, 1_000, '0.001666'],
    ['a tie, half up', { rate: '0.000030', first: 1, next: 1 }, 1_000, '0.000001'],
    [
      'a tie, half even',
      { rate: '0.000030', first: 1, next: 1, rounding: 'halfEven' },
      1_000,
      '0.000000',
    ],
    [
      'a tie with a fee, half even',
      { rate: '0.000030', first: 1, next: 1, fee: '0.000001', rounding: 'halfEven' },
      1_000,
      '0.000002',
    ],
    [
      'the least fraction, up',
      { rate: '0.000001', first: 1, next: 1, rounding: 'up' },
      1,
      '0.000001',
    ],
    ['connect fee and a minute', { fee: '0.05' }, 1, '0.150000'],
    ['answered and ended at once', { fee: '0.05' }, 0, '0.050000'],
    ['free of charge', { rate: '0' }, 3_600_000, '0.000000'],
    [
      'the dearest rate for a day',
      { rate: '999999999999.999999' },
      86_400_000,
      '1439999999999999.998560',
    ],
  ])('%s', (_, overrides, talkMs, expected) => {
    expect(formatMicros(priceOf(termsOf(overrides), talkMs).priceMicros)).toBe(expected);
  });

  it('of a call that was never answered is nothing, connect fee or not', () => {
    const price = priceOf(termsOf({ fee: '0.05' }), undefined);
    expect(price).toEqual({ billedSeconds: 0, priceMicros: 0n });
  });

  it('is rounded once, as the exact fraction says', () => {
    fc.assert(
      fc.property(anyTerms, fc.integer({ min: 0, max: 7_200_000 }), (terms, talkMs) => {
        const { billedSeconds: billed, priceMicros } = priceOf(terms, talkMs);
        const sixtieths = 60n * terms.connectFeeMicros + terms.rateMicrosPerMinute * BigInt(billed);
        expect(priceMicros).toBe(divide(sixtieths, 60n, terms.rounding));
        const error = priceMicros * 60n - sixtieths;
        expect(error < 60n && error > -60n).toBe(true);
      }),
      { seed: 6, numRuns: 1000 },
    );
  });

  it('never falls while the call goes on', () => {
    const talk = fc.integer({ min: 0, max: 600_000 });
    fc.assert(
      fc.property(anyTerms, talk, talk, (terms, one, other) => {
        const shorter = worstPriceMicros(terms, Math.min(one, other));
        expect(shorter <= worstPriceMicros(terms, Math.max(one, other))).toBe(true);
      }),
      { seed: 7, numRuns: 1000 },
    );
  });

  it('is stated with its terms, money as strings', () => {
    expect(priceStatement(termsOf({ fee: '0.01' }), 61_000)).toEqual({
      rate: '0.100000',
      first: 60,
      next: 60,
      connectFee: '0.010000',
      seconds: 61,
      billedSeconds: 120,
      price: '0.210000',
      rounding: 'halfUp',
    });
  });
});

describe('talk time', () => {
  it.each<[string, Overrides, string, number]>([
    ['one minute', {}, '0.10', 60_000],
    ['one micro-unit short of a minute', {}, '0.099999', 0],
    ['two minutes', {}, '0.299999', 120_000],
    ['6/6', { first: 6, next: 6 }, '0.35', 210_000],
    ['less than the fee', { fee: '0.05', first: 1, next: 1 }, '0.049999', 0],
    ['just the fee', { fee: '0.05', first: 1, next: 1 }, '0.05', 0],
    ['a debt', {}, '-1', 0],
    ['free time', { rate: '0' }, '0', Infinity],
    ['free time, fee unpaid', { rate: '0', fee: '0.01' }, '0.009999', 0],
    ['beyond any clock', { rate: '0.000001' }, '999999999999', Infinity],
  ])('%s', (_, overrides, amount, talkMs) => {
    expect(talkMsFor(toMicros(amount), termsOf(overrides))).toBe(talkMs);
  });

  it('is the exact inverse of the price', () => {
    const amounts = fc.oneof(
      fc.bigInt({ min: 0n, max: 100n }),
      fc.bigInt({ min: 0n, max: 30_000_000n }),
    );
    fc.assert(
      fc.property(anyTerms, amounts, (terms, amount) => {
        const talkMs = talkMsFor(amount, terms);
        if (talkMs === Infinity) {
          expect(terms.rateMicrosPerMinute).toBe(0n);
          return;
        }
        expect(talkMs === 0 || worstPriceMicros(terms, talkMs) <= amount).toBe(true);
        expect(worstPriceMicros(terms, talkMs + 1) > amount).toBe(true);
      }),
      { seed: 8, numRuns: 3000 },
    );
  });
});

describe('a slice', () => {
  it('reaches to the end of the increment that it pays anyway', () => {
    const slice = sliceWithin(termsOf({}), 30_000, toMicros('5'));
    expect(slice).toEqual({ amountMicros: 100_000n, paidUntilMs: 60_000 });
  });

  it('is cut to what the balance pays for', () => {
    const slice = sliceWithin(termsOf({ first: 6, next: 6 }), 600_000, toMicros('0.125'));
    expect(slice).toEqual({ amountMicros: 120_000n, paidUntilMs: 72_000 });
  });

  it('is refused when the first millisecond cannot be paid', () => {
    expect(sliceWithin(termsOf({}), 60_000, toMicros('0.099999'))).toBeUndefined();
    expect(sliceWithin(termsOf({ rate: '0' }), 60_000, toMicros('-0.01'))).toBeUndefined();
    expect(sliceWithin(termsOf({ fee: '0.05' }), 0, toMicros('0.05'))).toBeUndefined();
  });

  it('never holds more than there is, nor less than the talk it covers can cost', () => {
    const available = fc.bigInt({ min: -10n, max: 3_000_000n });
    fc.assert(
      fc.property(anyTerms, fc.nat(600_000), available, (terms, wantedMs, availableMicros) => {
        const slice = sliceWithin(terms, wantedMs, availableMicros);
        if (slice === undefined) {
          expect(worstPriceMicros(terms, 1) > availableMicros).toBe(true);
          return;
        }
        expect(slice.amountMicros <= availableMicros).toBe(true);
        expect(slice.paidUntilMs).toBeGreaterThan(0);
        const untilMs = Math.min(slice.paidUntilMs, 86_400_000);
        expect(worstPriceMicros(terms, untilMs) <= slice.amountMicros).toBe(true);
      }),
      { seed: 9, numRuns: 2000 },
    );
  });
});

describe('terms', () => {
  it.each<[string, Overrides, string | undefined]>([
    ['sound', {}, undefined],
    ['no first increment', { first: 0 }, undefined],
    ['negative rate', { rate: '-0.01' }, 'rate is negative: -0.010000'],
    ['negative fee', { fee: '-1' }, 'connect fee is negative: -1.000000'],
    ['no next increment', { next: 0 }, 'next increment is not 1 to 86400 whole seconds: 0'],
    ['half a second', { first: 0.5 }, 'first increment is not 0 to 86400 whole seconds: 0.5'],
    ['no number', { next: Number.NaN }, 'next increment is not 1 to 86400 whole seconds: NaN'],
  ])('%s', (_, overrides, problem) => {
    expect(termsProblem(termsOf(overrides))).toBe(problem);
  });
});
