import type { ApplyIssue } from '@tandem/messages';
import type { StoreTransaction } from '@tandem/store';

/** Issues of one list that are told. */
const ISSUES_MAX = 100;

/** Who names an object of each list: its name, what it is, and its own name. */
const NAMERS: Readonly<Record<string, string>> = {
  decks: `select d.name, 'trunk' as what, k.name as by from rate_decks d
      join trunks k on k.deck_id = d.id where d.name = any($1)
    union all select d.name, 'tenant', t.name from rate_decks d
      join tenants t on t.deck_id = d.id where d.name = any($1)`,
  trunks: `select distinct k.name, 'profile' as what, p.name as by from trunks k
    join routes r on r.trunk_id = k.id join profiles p on p.id = r.profile_id
    where k.name = any($1)`,
  profiles: `select p.name, 'tenant' as what, t.name as by from profiles p
    join tenants t on t.profile_id = p.id where p.name = any($1)`,
};

/** Why objects cannot be pruned: others name them, that stay. */
export async function namedStill(
  transaction: StoreTransaction,
  section: string,
  names: readonly string[],
): Promise<ApplyIssue[]> {
  const namers = NAMERS[section];
  if (namers === undefined) return [];
  const rows = await transaction.query<{ name: string; what: string; by: string }>(
    `${namers} order by 1, 2, 3 limit ${ISSUES_MAX}`,
    [names],
  );
  const kind = section.replace(/s$/, '');
  return rows.map(({ name, what, by }) => ({
    path: section,
    message: `${kind} "${name}" is named by ${what} "${by}", and stays`,
    hint: `change ${what} "${by}" in the same file, or add "${name}" to the list`,
  }));
}
