import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CompiledDeck } from './compiled-deck.ts';
import { compileDeck, DeckBuilder } from './deck-builder.ts';
import type { DeckHeader } from './deck-header.ts';
import { toMicros } from './money-text.ts';
import { priceOf } from './price.ts';
import type { Rate } from './rate.ts';

const HEADER: DeckHeader = { name: 'sell-a', version: 7, currency: 'USD', rounding: 'halfUp' };

function rateOf(prefix: string, overrides: Partial<Rate> = {}): Rate {
  return {
    prefix,
    callerPrefix: '',
    rateMicrosPerMinute: toMicros('0.10'),
    firstSeconds: 60,
    nextSeconds: 60,
    connectFeeMicros: 0n,
    effectiveAt: 0,
    endsAt: null,
    isBlocked: false,
    ...overrides,
  };
}

/** The rule as one sentence over all rates, without any index. */
function modelLookup(
  rates: readonly Rate[],
  called: string,
  caller: string,
  at: number,
): Rate | undefined {
  if (!/^[\d*#]+$/.test(called)) return undefined;
  const known = /^[\d*#]*$/.test(caller) ? caller : '';
  let best: Rate | undefined;
  for (const rate of rates) {
    if (!called.startsWith(rate.prefix) || !known.startsWith(rate.callerPrefix)) continue;
    if (rate.effectiveAt > at || (rate.endsAt !== null && rate.endsAt <= at)) continue;
    if (best === undefined || rankOf(rate) >= rankOf(best)) best = rate;
  }
  return best;
}

function rankOf(rate: Rate): number {
  return rate.prefix.length * 1e6 + rate.callerPrefix.length * 1e3 + rate.effectiveAt;
}

/** Few symbols and lengths around the seams of the table, so that prefixes nest and touch. */
const digits = (max: number) =>
  fc
    .array(fc.constantFrom('0', '1', '9', '#'), { maxLength: max })
    .map((symbols) => symbols.join(''));
const stems = fc.constantFrom(
  '',
  '0',
  '1234',
  '12345',
  '123456789012',
  '1234567890123',
  '##########',
);
const prefixes = fc.tuple(stems, digits(4), digits(12)).map(([stem, short, long]) => {
  const isLong = long.length > 9;
  return (stem + (isLong ? long : short)).slice(0, 24);
});
const anyRate: fc.Arbitrary<Rate> = fc.record({
  prefix: prefixes,
  callerPrefix: fc.oneof(fc.constant(''), fc.constant(''), digits(3)),
  rateMicrosPerMinute: fc.bigInt({ min: 0n, max: 20n }),
  firstSeconds: fc.constantFrom(1, 60),
  nextSeconds: fc.constantFrom(1, 60),
  connectFeeMicros: fc.constantFrom(0n, 5n),
  effectiveAt: fc.integer({ min: 0, max: 6 }),
  endsAt: fc.oneof(fc.constant(null), fc.integer({ min: 7, max: 9 })),
  isBlocked: fc.boolean(),
});
const numbers = fc.oneof(
  fc.tuple(prefixes, digits(3)).map(([start, end]) => start + end),
  fc.tuple(prefixes, digits(12)).map(([start, end]) => start + end),
);
const calls = fc.array(
  fc.record({
    called: numbers,
    caller: fc.oneof(digits(5), fc.constantFrom('anonymous', '+1')),
    at: fc.integer({ min: -1, max: 10 }),
  }),
  { minLength: 20, maxLength: 40 },
);

describe('a compiled deck', () => {
  it('finds what a walk over all rates finds, whatever prefixes, callers and dates', () => {
    fc.assert(
      fc.property(fc.array(anyRate, { maxLength: 60 }), calls, (rates, calls) => {
        const deck = compileDeck(HEADER, rates);
        for (const { called, caller, at } of calls) {
          const expected = modelLookup(rates, called, caller, at);
          expect(deck.lookup(called, caller, at)).toEqual(
            expected && { ...expected, rounding: 'halfUp' },
          );
        }
        for (const { prefix, effectiveAt } of rates) {
          const expected = modelLookup(rates, prefix, '', effectiveAt);
          expect(deck.lookup(prefix, '', effectiveAt)?.prefix).toEqual(expected?.prefix);
        }
      }),
      { seed: 10, numRuns: 1000 },
    );
  });

  it('is the same whether its prefixes came as texts or as bytes', () => {
    fc.assert(
      fc.property(fc.array(anyRate, { maxLength: 60 }), (rates) => {
        const builder = new DeckBuilder(HEADER);
        for (const rate of rates) {
          const bytes = Buffer.from(`<${rate.prefix}>`);
          const priced = builder.priced(rate);
          builder.addBytes(bytes, 1, bytes.length - 1, rate.callerPrefix, priced);
        }
        const { message } = builder.build().toTransferable();
        expect(message).toEqual(compileDeck(HEADER, rates).toTransferable().message);
      }),
      { seed: 14, numRuns: 300 },
    );
  });

  it('finds the same in tens of thousands of random prefixes', () => {
    const random = mulberry32(11);
    const pick = (count: number) => Math.floor(random() * count);
    const number = (length: number) => Array.from({ length }, () => pick(10)).join('');
    const seen = new Map<string, Rate>();
    const known: string[] = [''];
    const fromKnown = () => `${known[pick(known.length)]}${number(pick(12))}`.slice(0, 24);
    for (let row = 0; row < 30_000; row++) {
      const prefix = row % 2 === 0 ? number(pick(16)) : fromKnown();
      seen.set(prefix, rateOf(prefix, { rateMicrosPerMinute: BigInt(row) }));
      known.push(prefix);
    }
    const deck = compileDeck(HEADER, seen.values());
    const longest = (called: string) => {
      for (let length = called.length; length >= 0; length--) {
        const rate = seen.get(called.slice(0, length));
        if (rate !== undefined) return rate;
      }
      return undefined;
    };
    for (let call = 0; call < 30_000; call++) {
      const called = (call % 3 === 0 ? '' : fromKnown()) + number(1 + pick(24));
      const expected = longest(called);
      const found = deck.lookup(called, '', 1);
      expect(found?.rateMicrosPerMinute).toBe(expected?.rateMicrosPerMinute);
      expect(found?.prefix).toBe(expected?.prefix);
    }
  });

  it('says which prefix it matched, and prices with what it found', () => {
    const deck = compileDeck(HEADER, [
      rateOf('1'),
      rateOf('1212', { rateMicrosPerMinute: toMicros('0.02') }),
    ]);
    const match = deck.lookup('12125550123', '4420', 1);
    expect(match).toMatchObject({ prefix: '1212', callerPrefix: '', isBlocked: false });
    expect(match && priceOf(match, 61_000).priceMicros).toBe(toMicros('0.04'));
  });

  it('has no rate for a number outside its prefixes, for no number, and for what is no number', () => {
    const deck = compileDeck(HEADER, [rateOf('44'), rateOf('441')]);
    for (const called of [
      '',
      '4',
      '43',
      '45',
      '+44',
      '44x',
      '44 1',
      '４４',
      'alice',
      '44\n',
      '44é',
    ]) {
      expect(deck.lookup(called, '', 1)).toBeUndefined();
    }
    const withDefault = compileDeck(HEADER, [rateOf('')]);
    expect(withDefault.lookup('4', '', 1)?.prefix).toBe('');
    expect(withDefault.lookup('', '', 1)).toBeUndefined();
    expect(withDefault.lookup('alice', '', 1)).toBeUndefined();
  });

  it('an empty deck has no rate for anybody', () => {
    const deck = compileDeck(HEADER, []);
    expect(deck.lookup('4420', '1', 1)).toBeUndefined();
    expect(deck.size).toBe(0);
  });

  it('prefers the longest called prefix to any caller prefix', () => {
    const deck = compileDeck(HEADER, [rateOf('44', { callerPrefix: '4920' }), rateOf('442')]);
    expect(deck.lookup('4420', '49201', 1)).toMatchObject({ prefix: '442', callerPrefix: '' });
    expect(deck.lookup('4410', '49201', 1)).toMatchObject({ prefix: '44', callerPrefix: '4920' });
    expect(deck.lookup('4410', '4930', 1)).toBeUndefined();
  });

  it('a prefix for other callers only leaves the call to the shorter prefix', () => {
    const deck = compileDeck(HEADER, [rateOf('44'), rateOf('442', { callerPrefix: '49' })]);
    expect(deck.lookup('4420', '33', 1)?.prefix).toBe('44');
    expect(deck.lookup('4420', 'anonymous', 1)?.prefix).toBe('44');
    expect(deck.lookup('4420', '491', 1)?.prefix).toBe('442');
  });

  it('a rate begins at its instant and ends before its end', () => {
    const promotion = rateOf('44', { effectiveAt: 100, endsAt: 200, isBlocked: true });
    const deck = compileDeck(HEADER, [rateOf('44', { effectiveAt: 50 }), promotion]);
    const blockedAt = (at: number) => deck.lookup('44', '', at)?.isBlocked;
    expect([49, 50, 99, 100, 199, 200].map(blockedAt)).toEqual([
      undefined,
      false,
      false,
      true,
      true,
      false,
    ]);
  });

  it('a prefix that begins later does not hide the one that serves now', () => {
    const deck = compileDeck(HEADER, [rateOf('44'), rateOf('442', { effectiveAt: 100 })]);
    expect(deck.lookup('4420', '', 99)?.prefix).toBe('44');
    expect(deck.lookup('4420', '', 100)?.prefix).toBe('442');
  });

  it('of two rates with the same prefix and begin the last one counts', () => {
    const rates = [rateOf('44', { firstSeconds: 1 }), rateOf('44', { firstSeconds: 2 })];
    expect(compileDeck(HEADER, rates).lookup('44', '', 1)?.firstSeconds).toBe(2);
    expect(compileDeck(HEADER, rates.reverse()).lookup('44', '', 1)?.firstSeconds).toBe(1);
  });

  it('rates service codes and tech prefixes with * and #', () => {
    const deck = compileDeck(HEADER, [
      rateOf('*'),
      rateOf('*21#'),
      rateOf('1234#44'),
      rateOf('1234'),
    ]);
    expect(deck.lookup('*21#5', '', 1)?.prefix).toBe('*21#');
    expect(deck.lookup('*22', '', 1)?.prefix).toBe('*');
    expect(deck.lookup('1234#4420', '', 1)?.prefix).toBe('1234#44');
    expect(deck.lookup('12344420', '', 1)?.prefix).toBe('1234');
    expect(deck.lookup('#', '', 1)).toBeUndefined();
  });

  it('matches prefixes of up to 24 digits in numbers of any length', () => {
    const whole = '123456789012345678901234';
    const deck = compileDeck(HEADER, [rateOf(whole), rateOf(whole.slice(0, 20)), rateOf('1')]);
    expect(deck.lookup(whole, '', 1)?.prefix).toBe(whole);
    expect(deck.lookup(`${whole}999`, '', 1)?.prefix).toBe(whole);
    expect(deck.lookup(whole.slice(0, 23), '', 1)?.prefix).toBe(whole.slice(0, 20));
    expect(deck.lookup(whole.slice(0, 19), '', 1)?.prefix).toBe('1');
    expect(deck.lookup('9'.repeat(10_000), '', 1)).toBeUndefined();
  });

  it('finds one of a thousand origins, and the default beside them', () => {
    const origins = Array.from({ length: 1000 }, (_, n) =>
      rateOf('33', { callerPrefix: String(4000 + n), firstSeconds: n + 1 }),
    );
    const deck = compileDeck(HEADER, [...origins, rateOf('33', { firstSeconds: 5000 })]);
    expect(deck.lookup('331', '47771', 1)?.firstSeconds).toBe(778);
    expect(deck.lookup('331', '50', 1)?.firstSeconds).toBe(5000);
  });

  it('goes to another thread whole and is moved, not copied', () => {
    const deck = compileDeck(HEADER, [
      rateOf('44', { callerPrefix: '1', connectFeeMicros: toMicros('0.05'), endsAt: 99 }),
      rateOf('4420123456789012'),
    ]);
    const bytes = deck.byteLength;
    const { message, transfer } = deck.toTransferable();
    const moved = CompiledDeck.fromTransferable(structuredClone(message, { transfer }));
    expect(transfer.every((buffer) => buffer.byteLength === 0)).toBe(true);
    expect(moved.byteLength).toBe(bytes);
    expect(moved.header).toEqual(HEADER);
    expect(moved.size).toBe(2);
    expect(moved.lookup('441', '15', 1)).toMatchObject({ connectFeeMicros: 50_000n, endsAt: 99 });
    expect(moved.lookup('44201234567890129', '', 1)?.prefix).toBe('4420123456789012');
    expect(deck.lookup('44201234567890129', '', 1)).toBeUndefined();
  });
});

describe('a deck under construction', () => {
  it.each<[string, Partial<Rate>, string]>([
    ['44a', {}, 'prefix "44a": prefix is not made of digits, * and #: "44a"'],
    ['+44', {}, 'prefix "+44": prefix is not made of digits, * and #: "+44"'],
    ['1'.repeat(25), {}, 'prefix is longer than 24 digits'],
    ['44', { callerPrefix: 'x' }, 'caller prefix is not made of digits'],
    ['44', { rateMicrosPerMinute: -1n }, 'prefix "44": rate is negative: -0.000001'],
    ['44', { nextSeconds: 0 }, 'next increment is not 1 to 86400 whole seconds: 0'],
    ['44', { effectiveAt: Number.NaN }, 'effective time is no instant: NaN'],
    ['44', { effectiveAt: 5, endsAt: 5 }, 'rate ends before it begins'],
  ])('refuses %j %o and says why', (prefix, overrides, problem) => {
    const builder = new DeckBuilder(HEADER);
    builder.add(rateOf('1'));
    expect(() => builder.add(rateOf(prefix, overrides))).toThrow(problem);
    expect(builder.build().size).toBe(1);
  });

  it.each([
    ['44a', '', 'prefix "44a": prefix is not made of digits, * and #: "44a"'],
    ['1'.repeat(25), '', 'prefix is longer than 24 digits'],
    ['1'.repeat(100_000), '', 'prefix is longer than 24 digits'],
    ['44', 'x', 'caller prefix is not made of digits'],
  ])('refuses the bytes %.30j for caller %j and says why', (prefix, callerPrefix, problem) => {
    const builder = new DeckBuilder(HEADER);
    const priced = builder.priced(rateOf('1'));
    const bytes = Buffer.from(prefix);
    expect(() => builder.addBytes(bytes, 0, bytes.length, callerPrefix, priced)).toThrow(problem);
    expect(builder.build().size).toBe(0);
  });
});

/** A small random source with a seed, so that a failure repeats. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
