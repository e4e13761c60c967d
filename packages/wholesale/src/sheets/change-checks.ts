import { formatMicros } from '@tandem/messages';
import type { ComparisonOptions, DeckChanges, RateChange } from './compare-deck.ts';
import type { Findings } from './finding.ts';
import type { RateHistory } from './rate-history.ts';
import type { Change, RateRow } from './rate-row.ts';
import { nameOf } from './row-checks.ts';

const MS_PER_DAY = 86_400_000;
const NOTICE_DAYS = 7;
const JUMP_FACTOR = 2;

/** Warns of an increase that begins before the days of notice are over. */
export function checkNotice(
  { row }: RateChange,
  { noticeDays = NOTICE_DAYS, at }: ComparisonOptions,
  findings: Findings,
): void {
  if (row.effectiveAt >= at + noticeDays * MS_PER_DAY) return;
  const days = Math.max(0, Math.floor((row.effectiveAt - at) / MS_PER_DAY));
  const message = `${nameOf(row)} goes up in ${days} days; ${noticeDays} days of notice are usual`;
  findings.add({ severity: 'warning', line: row.line, message });
}

/**
 * Refuses a change that begins before today (UTC): calls of days gone by are charged. Midnight of
 * today is not late, though it is past.
 */
export function checkBackdating(row: RateRow, { at }: ComparisonOptions, findings: Findings): void {
  const today = Math.floor(at / MS_PER_DAY) * MS_PER_DAY;
  if (row.effectiveAt >= today) return;
  const since = new Date(row.effectiveAt).toISOString();
  const message = `${nameOf(row)} changes back to ${since}: calls since then are charged already`;
  findings.add({ severity: 'error', line: row.line, message });
}

/** Warns of a rate that has become another by more than the factor, up or down. */
export function checkJump(
  { row, before }: RateChange,
  { jumpFactor = JUMP_FACTOR }: ComparisonOptions,
  findings: Findings,
): void {
  const factor = Number(row.rateMicrosPerMinute) / Number(before.rateMicrosPerMinute);
  if (factor <= jumpFactor && factor >= 1 / jumpFactor) return;
  const from = formatMicros(before.rateMicrosPerMinute);
  const to = formatMicros(row.rateMicrosPerMinute);
  const message = `${nameOf(row)} jumps from ${from} to ${to}`;
  findings.add({ severity: 'warning', line: row.line, value: to, message });
}

/** Warns of a row after which the deck has yet another rate, which the sheet does not show. */
export function checkSuccessor(row: RateRow, history: RateHistory, findings: Findings): void {
  const later = history.of(row).find(({ effectiveAt }) => effectiveAt > row.effectiveAt);
  if (later === undefined) return;
  const since = new Date(later.effectiveAt).toISOString();
  const message = `${nameOf(row)} has another rate in the deck from ${since} on, which stays`;
  findings.add({ severity: 'warning', line: row.line, message });
}

/** Warns where the sheet's column of changes says something else than its rates. */
export function checkSaid(changes: DeckChanges, findings: Findings): void {
  const check = (row: RateRow, is: string, ...expected: Change[]) => {
    if (row.change === undefined || expected.includes(row.change)) return;
    const message = `the sheet says ${row.change}, but ${nameOf(row)} ${is}`;
    findings.add({ severity: 'warning', line: row.line, message });
  };
  for (const row of changes.added) check(row, 'is new to the deck', 'new', 'unchanged', 'blocked');
  for (const { row } of changes.raised) check(row, 'goes up', 'increase');
  for (const { row } of changes.lowered) check(row, 'goes down', 'decrease');
  for (const { row } of changes.unchanged) check(row, 'stays as it is', 'unchanged', 'blocked');
}
