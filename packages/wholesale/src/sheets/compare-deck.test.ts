import { toMicros, type Rate } from '@tandem/rating';
import { describe, expect, it } from 'vitest';
import { compareDeck, type ComparisonOptions } from './compare-deck.ts';
import type { RateRow } from './rate-row.ts';

const NOW = Date.UTC(2026, 2, 1, 10);
const DAY_MS = 86_400_000;
const NEXT_MONTH = Date.UTC(2026, 3, 1);
const OPTIONS: ComparisonOptions = { file: 'rates.csv', at: NOW, isComplete: false };

function rateOf(prefix: string, rate: string, overrides: Partial<Rate> = {}): Rate {
  return {
    prefix,
    callerPrefix: '',
    rateMicrosPerMinute: toMicros(rate),
    firstSeconds: 60,
    nextSeconds: 60,
    connectFeeMicros: 0n,
    effectiveAt: Date.UTC(2026, 0, 1),
    endsAt: null,
    isBlocked: false,
    ...overrides,
  };
}

let lines = 1;
function rowOf(prefix: string, rate: string, overrides: Partial<RateRow> = {}): RateRow {
  const base = rateOf(prefix, rate, { effectiveAt: NEXT_MONTH });
  return { ...base, line: ++lines, destination: '', ...overrides };
}

const prefixesOf = (changes: readonly { readonly before: Rate }[]) =>
  changes.map(({ before }) => before.prefix);

function messagesOf(
  current: Rate[],
  incoming: RateRow[],
  options: Partial<ComparisonOptions> = {},
) {
  const all = [rateOf('', '0.9'), ...current];
  const { findings } = compareDeck(all, incoming, { ...OPTIONS, ...options });
  return findings.map(({ severity, message }) => `${severity}: ${message}`);
}

describe('a sheet beside its deck', () => {
  it('is new, up, down, closed or unchanged', () => {
    const current = ['1', '2', '3', '4', '5'].map((prefix) => rateOf(prefix, '0.10'));
    const compared = compareDeck(
      current,
      [
        rowOf('1', '0.11'),
        rowOf('2', '0.09'),
        rowOf('3', '0.10'),
        rowOf('4', '0.10', { change: 'closed' }),
        rowOf('6', '0.10'),
      ],
      OPTIONS,
    );
    expect(prefixesOf(compared.raised)).toEqual(['1']);
    expect(prefixesOf(compared.lowered)).toEqual(['2']);
    expect(prefixesOf(compared.unchanged)).toEqual(['3']);
    expect(compared.closed).toMatchObject([{ before: { prefix: '4' }, endsAt: NEXT_MONTH }]);
    expect(compared.added.map(({ prefix }) => prefix)).toEqual(['6']);
  });

  it('closes what it does not name only if it is complete', () => {
    const current = [rateOf('1', '0.10'), rateOf('2', '0.10', { callerPrefix: '49' })];
    const rows = [rowOf('1', '0.10'), rowOf('2', '0.10')];
    expect(compareDeck(current, rows, OPTIONS).closed).toEqual([]);
    const compared = compareDeck(current, rows, { ...OPTIONS, isComplete: true });
    expect(compared.closed).toMatchObject([{ before: { callerPrefix: '49' }, endsAt: NOW }]);
    expect(compared.closed[0]).not.toHaveProperty('row');
  });

  it('goes up by a connect fee or a longer increment too', () => {
    const current = [rateOf('1', '0.10'), rateOf('2', '0.10')];
    const rows = [
      rowOf('1', '0.10', { connectFeeMicros: 1n }),
      rowOf('2', '0.10', { nextSeconds: 1 }),
    ];
    const compared = compareDeck(current, rows, OPTIONS);
    expect(prefixesOf(compared.raised)).toEqual(['1']);
    expect(prefixesOf(compared.lowered)).toEqual(['2']);
  });

  it('is compared with what counts when its rates begin', () => {
    const current = [
      rateOf('1', '0.10'),
      rateOf('1', '0.20', { effectiveAt: NEXT_MONTH - DAY_MS }),
      rateOf('2', '0.10', { endsAt: NEXT_MONTH }),
    ];
    const compared = compareDeck(current, [rowOf('1', '0.15'), rowOf('2', '0.10')], OPTIONS);
    expect(prefixesOf(compared.lowered)).toEqual(['1']);
    expect(compared.added.map(({ prefix }) => prefix)).toEqual(['2']);
  });

  it('closes by blocking, and opens what was blocked', () => {
    const current = [rateOf('1', '0.10'), rateOf('2', '0', { isBlocked: true })];
    const rows = [rowOf('1', '0', { isBlocked: true }), rowOf('2', '0.10')];
    const compared = compareDeck(current, rows, OPTIONS);
    expect(prefixesOf(compared.closed)).toEqual(['1']);
    expect(compared.added.map(({ prefix }) => prefix)).toEqual(['2']);
  });
});

describe('a careful look at a sheet', () => {
  it('finds nothing to say of a small decrease', () => {
    expect(messagesOf([rateOf('1', '0.10')], [rowOf('1', '0.09')])).toEqual([]);
  });

  it('misses the default rate', () => {
    const missing =
      'warning: no default rate (prefix ""): calls to prefixes not listed are refused';
    const tell = (current: Rate[], rows: RateRow[], isComplete: boolean) => {
      const { findings } = compareDeck(current, rows, { ...OPTIONS, isComplete });
      return findings.map(({ severity, message }) => `${severity}: ${message}`);
    };
    expect(tell([], [rowOf('1', '0.1')], false)).toEqual([missing]);
    expect(tell([rateOf('', '1')], [rowOf('1', '0.1')], true)).toEqual([missing]);
    expect(tell([rateOf('', '1')], [rowOf('1', '0.1')], false)).toEqual([]);
    expect(tell([rateOf('', '1')], [rowOf('', '1', { change: 'closed' })], false)).toEqual([
      missing,
    ]);
  });

  it('warns of increases at short notice', () => {
    const soon = rowOf('1', '0.11', { effectiveAt: NOW + 3 * DAY_MS });
    expect(messagesOf([rateOf('1', '0.10')], [soon])).toEqual([
      'warning: 1 goes up in 3 days; 7 days of notice are usual',
    ]);
    expect(messagesOf([rateOf('1', '0.10')], [soon], { noticeDays: 3 })).toEqual([]);
  });

  it('refuses changes that begin before today, not such as begin today', () => {
    const today = Date.UTC(2026, 2, 1);
    const late = rowOf('1', '0.09', { effectiveAt: today - 1 });
    expect(messagesOf([rateOf('1', '0.10')], [late])).toEqual([
      'error: 1 changes back to 2026-02-28T23:59:59.999Z: calls since then are charged already',
    ]);
    expect(messagesOf([rateOf('1', '0.10')], [{ ...late, effectiveAt: today }])).toEqual([]);
    expect(messagesOf([], [late])).toEqual([]);
  });

  it('warns of jumps up and down', () => {
    const current = [rateOf('1', '0.10'), rateOf('2', '0.10')];
    expect(messagesOf(current, [rowOf('1', '0.21'), rowOf('2', '0.04')])).toEqual([
      'warning: 1 jumps from 0.100000 to 0.210000',
      'warning: 2 jumps from 0.100000 to 0.040000',
    ]);
  });

  it('refuses absurd rates and warns of free ones', () => {
    expect(messagesOf([], [rowOf('1', '50.000001'), rowOf('2', '0'), rowOf('3', '50')])).toEqual([
      'error: 1 costs more than 50 a minute: is a mark missing?',
      'warning: 2 is free',
    ]);
  });

  it('warns of rows told twice, refuses contradictions and overlaps', () => {
    const first = rowOf('1', '0.1');
    const ends = { endsAt: NEXT_MONTH + 9 * DAY_MS };
    const bounded = rowOf('3', '0.1', ends);
    expect(
      messagesOf(
        [],
        [
          first,
          { ...first, line: 90 },
          rowOf('2', '0.1', { line: 91 }),
          rowOf('2', '0.2', { line: 92, callerPrefix: '' }),
          { ...bounded, line: 93 },
          rowOf('3', '0.2', { line: 94, effectiveAt: NEXT_MONTH + 5 * DAY_MS }),
          rowOf('3', '0.3', { line: 95, effectiveAt: NEXT_MONTH + 20 * DAY_MS }),
          rowOf('3', '0.3', { line: 96, callerPrefix: '49' }),
        ],
      ),
    ).toEqual([
      `warning: 1 stands on line ${first.line} already, with the same terms`,
      'error: 2 stands on line 91 already, with other terms',
      'error: 3 begins before the rate of line 93 ends',
    ]);
  });

  it('warns where the deck goes on with another rate, or has none to close', () => {
    const later = rateOf('1', '0.5', { effectiveAt: NEXT_MONTH + DAY_MS });
    expect(
      messagesOf([later], [rowOf('1', '0.1'), rowOf('2', '0.1', { change: 'closed' })]),
    ).toEqual([
      'warning: 1 has another rate in the deck from 2026-04-02T00:00:00.000Z on, which stays',
      'warning: 2 is to be closed, but the deck has no rate for it',
    ]);
  });

  it('warns where the column of changes says otherwise', () => {
    const current = [rateOf('1', '0.10'), rateOf('2', '0.10'), rateOf('3', '0.10')];
    const rows = [
      rowOf('1', '0.11', { change: 'decrease' }),
      rowOf('2', '0.09', { change: 'increase' }),
      rowOf('3', '0.10', { change: 'unchanged' }),
      rowOf('4', '0.10', { change: 'increase', callerPrefix: '49' }),
    ];
    expect(messagesOf(current, rows)).toEqual([
      'warning: the sheet says increase, but 4 from 49 is new to the deck',
      'warning: the sheet says decrease, but 1 goes up',
      'warning: the sheet says increase, but 2 goes down',
    ]);
  });

  it('warns of rates that are over before they are imported', () => {
    const over = rowOf('9', '0.1', { effectiveAt: 0, endsAt: NOW });
    expect(messagesOf([], [over])).toEqual(['warning: 9 is over already']);
  });
});
