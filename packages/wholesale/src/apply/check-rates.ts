import type { ApplyIssue } from '@tandem/messages';
import { parseMicros } from '@tandem/messages';
import type { DeckItem, RateItem } from './deck-item.ts';
import { rateKey } from './stored-rates.ts';

/** Issues of one deck that are listed; the rest is counted. */
const ISSUES_MAX = 100;
/** Rates per minute above so many units are a slip of the point: nothing on earth costs that. */
const ABSURD_UNITS = 100n;
/** The same where a unit is worth little. */
const ABSURD_SMALL_UNITS = 1_000_000n;
const SMALL_CURRENCIES = new Set(
  'CLP COP CRC HUF IDR IRR ISK JPY KHR KRW KZT LAK LBP MGA MMK MNT NGN PYG RSD RWF TZS UGX UZS VND XAF XOF XPF'.split(
    ' ',
  ),
);

/** What is wrong with the rates of a deck: twice the same, overlapping, backdated, absurd. */
export function checkRates(
  { rates = [], currency }: DeckItem,
  stored: readonly RateItem[],
  now: number,
  path: string,
): ApplyIssue[] {
  const issues: ApplyIssue[] = [];
  const most = SMALL_CURRENCIES.has(currency) ? ABSURD_SMALL_UNITS : ABSURD_UNITS;
  const absurdMicros = most * 1_000_000n;
  const before = new Map(stored.map((rate) => [rateKey(rate), rate]));
  const earliest = earliestOf(stored);
  const places = new Map<string, { rate: RateItem; index: number }[]>();
  for (const [index, rate] of rates.entries()) {
    const place = `${path}.rates[${index}]`;
    const prefixes = `${rate.prefix} ${rate.callerPrefix}`;
    places.set(prefixes, [...(places.get(prefixes) ?? []), { rate, index }]);
    if ((parseMicros(rate.rate) ?? 0n) > absurdMicros) {
      const message = `${rate.rate} ${currency} a minute is absurd`;
      issues.push({ path: `${place}.rate`, message, hint: 'look for a lost decimal point' });
    }
    const known = earliest.get(prefixes);
    const isNew = known !== undefined && !before.has(rateKey(rate));
    if (
      isNew &&
      rate.effectiveAt > known &&
      rate.effectiveAt < now &&
      stays(rates, prefixes, known)
    ) {
      const at = new Date(rate.effectiveAt).toISOString();
      const message = `a second rate for "${rate.prefix}" is backdated to ${at}`;
      const hint = 'let it begin in the future, or change the rate in force';
      issues.push({ path: `${place}.effectiveAt`, message, hint });
    }
    if (issues.length >= ISSUES_MAX) return issues;
  }
  for (const same of places.values()) issues.push(...overlaps(same, path));
  return issues.slice(0, ISSUES_MAX);
}

function earliestOf(rates: readonly RateItem[]): ReadonlyMap<string, number> {
  const earliest = new Map<string, number>();
  for (const { prefix, callerPrefix, effectiveAt } of rates) {
    const prefixes = `${prefix} ${callerPrefix}`;
    earliest.set(prefixes, Math.min(earliest.get(prefixes) ?? effectiveAt, effectiveAt));
  }
  return earliest;
}

/** The rate that was there first is still in the list: the new one changes history behind it. */
function stays(rates: readonly RateItem[], prefixes: string, effectiveAt: number): boolean {
  return rates.some(
    (rate) =>
      rate.effectiveAt === effectiveAt && `${rate.prefix} ${rate.callerPrefix}` === prefixes,
  );
}

/** An end that lies behind the next begin contradicts it; a rate without an end just gives way. */
function overlaps(
  same: readonly { readonly rate: RateItem; readonly index: number }[],
  path: string,
): ApplyIssue[] {
  if (same.length < 2) return [];
  const ordered = same.toSorted((one, other) => one.rate.effectiveAt - other.rate.effectiveAt);
  return ordered.flatMap(({ rate, index }, place) => {
    const former = ordered[place - 1]?.rate;
    if (former === undefined) return [];
    const where = `${path}.rates[${index}]`;
    const named = `"${rate.prefix}"${rate.callerPrefix === '' ? '' : ` from "${rate.callerPrefix}"`}`;
    if (former.effectiveAt === rate.effectiveAt) {
      return [{ path: where, message: `two rates for ${named} begin at the same time` }];
    }
    if (former.endsAt === null || former.endsAt <= rate.effectiveAt) return [];
    const message = `this rate for ${named} begins before the former one ends: they overlap`;
    return [
      { path: `${where}.effectiveAt`, message, hint: 'end the former one where this begins' },
    ];
  });
}
