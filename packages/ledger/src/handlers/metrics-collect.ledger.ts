import type { Scope } from '@tandem/engine';
import { formatMicros, type Reading } from '@tandem/messages';
import type { Ledger } from '../ledger.ts';

/** metrics.collect: what waits, what was settled, what went wrong. */
export function handleLedgerMetrics(scope: Scope, ledger: Ledger): void {
  scope.handle('metrics.collect', { as: 'ledger' }, () => readings(ledger));
}

function readings(ledger: Ledger): readonly Reading[] {
  const { parts, counts, tombstones, steps, limitsInUse, booksWatch, lowBalances } = ledger;
  const { journal, book, queue, policies, lease } = parts;
  const bound = Number(formatMicros(policies.awayBoundMicros));
  return [
    gauge('tandem_cdr_spool_depth', 'Records that the database does not have yet.', journal.owed),
    gauge('tandem_journal_free_bytes', 'Space left on the disk of the journal.', journal.freeBytes),
    gauge('tandem_journal_takes_calls', '0 while its disk is full or fails.', takesCalls(journal)),
    gauge(
      'tandem_cdr_spool_oldest_seconds',
      'Age of the oldest record that waits to be settled.',
      queue.oldestMs / 1_000,
    ),
    gauge(
      'tandem_ledger_mismatch',
      'What did not agree when the books were proved last: must be 0.',
      booksWatch.mismatches,
    ),
    ...limitsInUse.readings,
    gauge('tandem_charges_open', 'Charges that are held or not settled.', book.size),
    gauge('tandem_releases_waiting', 'Holds that wait to be released.', tombstones.waiting),
    gauge('tandem_lease_live', '1 while the database takes this boot for alive.', isLive(lease)),
    gauge('tandem_overdraft_bound', 'The most that tenants may spend unseen here.', bound),
    gauge('tandem_balances_low', 'Tenants below their threshold.', lowBalances.low),
    counter('tandem_balance_alerts_total', 'Low balances told by this node.', lowBalances.told),
    counter('tandem_charges_total', 'Charges made.', queue.counts.charged),
    counter('tandem_charges_late_total', 'Records that came after a charge.', queue.counts.late),
    counter('tandem_records_poisoned_total', 'Records set aside.', queue.counts.poison),
    counter('tandem_settlement_retries_total', 'Batches tried again.', queue.counts.retries),
    counter('tandem_journal_syncs_total', 'Writes brought to the disk.', steps.syncs.count),
    counter('tandem_journal_sync_seconds_total', 'Time that took.', steps.syncs.ms / 1_000),
    counter('tandem_settlement_batches_total', 'Batches settled.', steps.batches.count),
    counter('tandem_settlement_seconds_total', 'Time that took.', steps.batches.ms / 1_000),
    counter('tandem_orphans_closed_total', 'Calls of dead nodes closed here.', counts.orphans),
    counter('tandem_boots_fenced_total', 'Boots marked dead by this node.', counts.fenced),
    counter('tandem_holds_stray_total', 'Holds without a call.', counts.strays),
  ];
}

function takesCalls({ trouble }: { readonly trouble: string | undefined }): number {
  return trouble === undefined ? 1 : 0;
}

function isLive({ state }: { readonly state: string }): number {
  return state === 'live' ? 1 : 0;
}

function gauge(name: string, help: string, value: number): Reading {
  return { name, help, kind: 'gauge', value };
}

function counter(name: string, help: string, value: number): Reading {
  return { name, help, kind: 'counter', value };
}
