import type { ApplyChange } from '@tandem/messages';
import type { StoreTransaction } from '@tandem/store';

/** One line of the audit: who did what to which object, and how it was before. */
export interface AuditEntry extends Omit<ApplyChange, 'action'> {
  readonly action: ApplyChange['action'] | 'import' | 'rollback';
}

/** Writes audit rows in the transaction of the changes themselves: both stand, or neither. */
export async function auditChanges(
  transaction: StoreTransaction,
  actor: string,
  entries: readonly AuditEntry[],
): Promise<void> {
  for (const { section, name, action, before, after } of entries) {
    await transaction.query(
      `insert into audit (actor, section, name, action, before, after)
        values ($1, $2, $3, $4, $5, $6)`,
      [actor, section, name, action, jsonOf(before), jsonOf(after)],
    );
  }
}

function jsonOf(fields: AuditEntry['before']): string | null {
  return fields === undefined ? null : JSON.stringify(fields);
}
