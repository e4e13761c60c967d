import { formatMicros, MICROS_PER_UNIT } from '@tandem/messages';
import type { ComparisonOptions } from './compare-deck.ts';
import type { Findings } from './finding.ts';
import type { RateHistory } from './rate-history.ts';
import type { RateRow } from './rate-row.ts';

const ABSURD_UNITS = 50;
/** Sheets differ in whether the day of the end still counts. */
const MS_PER_DAY = 86_400_000;

/** A row's prefixes, for a person. */
export function nameOf({ prefix, callerPrefix }: RateRow): string {
  const called = prefix === '' ? 'the default' : prefix;
  return callerPrefix === '' ? called : `${called} from ${callerPrefix}`;
}

/** Checks a row by itself: absurd price (error), free of charge, over already (warnings). */
export function checkRow(row: RateRow, options: ComparisonOptions, findings: Findings): void {
  const { absurdUnits = ABSURD_UNITS, at } = options;
  if (row.change === 'closed' || row.isBlocked) return;
  const { line } = row;
  const value = formatMicros(row.rateMicrosPerMinute);
  if (row.rateMicrosPerMinute > BigInt(absurdUnits) * MICROS_PER_UNIT) {
    const message = `${nameOf(row)} costs more than ${absurdUnits} a minute: is a mark missing?`;
    findings.add({ severity: 'error', line, value, message });
  } else if (row.rateMicrosPerMinute === 0n) {
    findings.add({ severity: 'warning', line, value, message: `${nameOf(row)} is free` });
  }
  if (row.endsAt !== null && row.endsAt <= at) {
    findings.add({ severity: 'warning', line, message: `${nameOf(row)} is over already` });
  }
}

/**
 * Checks a row against the one before it for the same prefixes in the same sheet. Told twice with
 * the same terms is a warning, with other terms an error; so is a rate that begins before the set
 * end of the former.
 */
export function checkSuccession(row: RateRow, own: RateHistory<RateRow>, findings: Findings): void {
  const list = own.of(row);
  const before = list.length === 1 ? undefined : list[list.indexOf(row) - 1];
  if (before === undefined) return;
  const { line } = row;
  if (before.effectiveAt === row.effectiveAt) {
    const isSame = termsOf(before) === termsOf(row);
    const how = isSame ? 'with the same terms' : 'with other terms';
    const message = `${nameOf(row)} stands on line ${before.line} already, ${how}`;
    findings.add({ severity: isSame ? 'warning' : 'error', line, message });
  } else if (before.endsAt !== null && before.endsAt > row.effectiveAt + MS_PER_DAY) {
    const message = `${nameOf(row)} begins before the rate of line ${before.line} ends`;
    findings.add({ severity: 'error', line, message });
  }
}

function termsOf(row: RateRow): string {
  const { rateMicrosPerMinute, connectFeeMicros, firstSeconds, nextSeconds } = row;
  const money = `${rateMicrosPerMinute}/${connectFeeMicros}/${firstSeconds}/${nextSeconds}`;
  return `${money}/${row.endsAt}/${row.isBlocked}/${row.change === 'closed'}`;
}
