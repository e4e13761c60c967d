import {
  checkBackdating,
  checkJump,
  checkNotice,
  checkSaid,
  checkSuccessor,
} from './change-checks.ts';
import type { ComparisonOptions, DeckChanges } from './compare-deck.ts';
import { Findings } from './finding.ts';
import { type RateHistory, rateHistoryOf } from './rate-history.ts';
import type { RateRow } from './rate-row.ts';
import { checkRow, checkSuccession, nameOf } from './row-checks.ts';

/**
 * What somebody should look at before a sheet becomes a deck. Errors: overlapping, contradicting,
 * backdated and absurd rates. Warnings: no default, jumps, increases at short notice, repeated
 * rows, free calls, rates already over, and a column of changes that says otherwise.
 */
export function checkComparison(
  changes: DeckChanges,
  incoming: readonly RateRow[],
  history: RateHistory,
  options: ComparisonOptions,
): Findings {
  const findings = new Findings(options.file);
  const own = rateHistoryOf(incoming);
  checkDefault(own, history, options, findings);
  for (const row of incoming) {
    checkRow(row, options, findings);
    checkSuccession(row, own, findings);
    checkSuccessor(row, history, findings);
    checkClosing(row, history, findings);
  }
  for (const change of changes.raised) checkNotice(change, options, findings);
  for (const change of [...changes.raised, ...changes.lowered]) {
    checkBackdating(change.row, options, findings);
    checkJump(change, options, findings);
  }
  for (const { row } of changes.closed) {
    if (row !== undefined) checkBackdating(row, options, findings);
  }
  checkSaid(changes, findings);
  return findings;
}

function checkDefault(
  own: RateHistory<RateRow>,
  history: RateHistory,
  { isComplete }: ComparisonOptions,
  findings: Findings,
): void {
  const key = { prefix: '', callerPrefix: '' };
  const rows = own.of(key);
  const isKept = !isComplete && history.has(key) && rows.length === 0;
  if (isKept || rows.some(({ change }) => change !== 'closed')) return;
  const message = 'no default rate (prefix ""): calls to prefixes not listed are refused';
  findings.add({ severity: 'warning', message });
}

function checkClosing(row: RateRow, history: RateHistory, findings: Findings): void {
  if (row.change !== 'closed' || history.at(row, row.effectiveAt) !== undefined) return;
  const message = `${nameOf(row)} is to be closed, but the deck has no rate for it`;
  findings.add({ severity: 'warning', line: row.line, message });
}
