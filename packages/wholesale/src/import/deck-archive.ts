import type { StoreTransaction } from '@tandem/store';

/** Sets of rates kept of each deck. */
const VERSIONS_KEPT = 5;

const COLUMNS = `prefix, caller_prefix, rate, first, next, connect_fee, effective_at, ends_at,
  is_blocked`;

/** Keeps the rates of a deck as they are now, under its version; the oldest sets go. */
export async function archiveRates(
  transaction: StoreTransaction,
  deckId: bigint,
  version: bigint,
  actor: string,
): Promise<void> {
  const fresh = await transaction.query(
    `insert into rate_deck_versions (deck_id, version, actor) values ($1, $2, $3)
      on conflict do nothing returning version`,
    [deckId, version, actor],
  );
  if (fresh.length > 0) {
    await transaction.query(
      `insert into rate_deck_archive (deck_id, version, ${COLUMNS})
        select deck_id, $2, ${COLUMNS} from rates where deck_id = $1`,
      [deckId, version],
    );
  }
  await transaction.query(
    `delete from rate_deck_versions where deck_id = $1 and version not in
      (select version from rate_deck_versions where deck_id = $1
        order by version desc limit ${VERSIONS_KEPT})`,
    [deckId],
  );
}

/** Versions of a deck that can be gone back to, the newest first. */
export async function archivedVersions(
  transaction: StoreTransaction,
  deckId: bigint,
): Promise<readonly bigint[]> {
  const rows = await transaction.query<{ version: bigint }>(
    'select version from rate_deck_versions where deck_id = $1 order by version desc',
    [deckId],
  );
  return rows.map(({ version }) => version);
}

/** Puts the rates of an archived version in place of those of now. */
export async function restoreRates(
  transaction: StoreTransaction,
  deckId: bigint,
  version: bigint,
): Promise<void> {
  await transaction.query('delete from rates where deck_id = $1', [deckId]);
  await transaction.query(
    `insert into rates (deck_id, ${COLUMNS})
      select deck_id, ${COLUMNS} from rate_deck_archive where deck_id = $1 and version = $2`,
    [deckId, version],
  );
}
