import type { Store } from '@tandem/store';
import { auditChanges } from '../apply/audit-changes.ts';
import { archivedVersions, archiveRates, restoreRates } from './deck-archive.ts';

/** What a rollback did, or why it could not. */
export type RollbackReport =
  | { readonly deck: string; readonly restored: number; readonly version: number }
  | { readonly problem: string; readonly hint: string };

/** The longest statement of a rollback. */
const STATEMENT_WITHIN_MS = 120_000;

/**
 * Puts a deck's rates back as they were before its last import, or at the version given. What
 * stood until now is kept, too: a rollback can be rolled back.
 */
export async function rollbackDeck(
  store: Store,
  deck: string,
  to: bigint | undefined,
  actor: string,
): Promise<RollbackReport> {
  return await store.transaction(async (transaction) => {
    const [head] = await transaction.query<{ id: bigint; version: bigint }>(
      'select id, version from rate_decks where name = $1 for update',
      [deck],
    );
    if (head === undefined) {
      return { problem: `there is no deck "${deck}"`, hint: 'see /api/v1/decks' };
    }
    const versions = await archivedVersions(transaction, head.id);
    const wanted = to ?? versions.find((version) => version < head.version);
    if (wanted === undefined || !versions.includes(wanted)) {
      const kept = versions.length === 0 ? 'none is kept' : `kept are ${versions.join(', ')}`;
      return { problem: `deck "${deck}" has no version to go back to`, hint: kept };
    }
    await archiveRates(transaction, head.id, head.version, actor);
    await restoreRates(transaction, head.id, wanted);
    const [after] = await transaction.query<{ version: bigint }>(
      'select version from rate_decks where id = $1',
      [head.id],
    );
    const version = Number(after?.version);
    const shown = {
      before: { version: Number(head.version) },
      after: { restored: Number(wanted), version },
    };
    await auditChanges(transaction, actor, [
      { section: 'decks', name: deck, action: 'rollback', ...shown },
    ]);
    return { deck, restored: Number(wanted), version };
  }, STATEMENT_WITHIN_MS);
}
