import type { ApplyChange } from '@tandem/messages';
import type { StoreTransaction } from '@tandem/store';

/** One line of the audit: who did what to which object, and how it was before. */
export interface AuditEntry extends Omit<ApplyChange, 'action'> {
  readonly action: ApplyChange['action'] | 'import' | 'rollback';
}

/** Rows that go in one statement. */
const PIECE_ENTRIES = 500;

/** Writes audit rows in the transaction of the changes themselves: both stand, or neither. */
export async function auditChanges(
  transaction: StoreTransaction,
  actor: string,
  entries: readonly AuditEntry[],
): Promise<void> {
  for (let from = 0; from < entries.length; from += PIECE_ENTRIES) {
    const piece = entries.slice(from, from + PIECE_ENTRIES);
    await transaction.query(
      `insert into audit (actor, section, name, action, before, after)
        select $1, section, name, action, before::jsonb, after::jsonb
        from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
          as entry (section, name, action, before, after)`,
      [
        actor,
        piece.map(({ section }) => section),
        piece.map(({ name }) => name),
        piece.map(({ action }) => action),
        piece.map(({ before }) => jsonOf(before)),
        piece.map(({ after }) => jsonOf(after)),
      ],
    );
  }
}

function jsonOf(fields: AuditEntry['before']): string | null {
  return fields === undefined ? null : JSON.stringify(fields);
}
