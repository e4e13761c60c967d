import type { StoreTransaction } from '@tandem/store';

/**
 * Inserts a row or overwrites the one of the same key; columns are names of the code, never of
 * a file. Gives the row's id.
 */
export async function writeRow(
  transaction: StoreTransaction,
  table: string,
  key: readonly string[],
  row: Readonly<Record<string, unknown>>,
): Promise<bigint> {
  const columns = Object.keys(row);
  const values = columns.map((_, index) => `$${index + 1}`);
  const others = columns.filter((column) => !key.includes(column));
  const sets = others.map((column) => `${column} = excluded.${column}`);
  const [written] = await transaction.query<{ id: bigint }>(
    `insert into ${table} (${columns.join(', ')}) values (${values.join(', ')})
      on conflict (${key.join(', ')}) do update set ${sets.join(', ')} returning id`,
    Object.values(row),
  );
  return written!.id;
}

/** Removes the object of that name. */
export async function removeRow(
  transaction: StoreTransaction,
  table: string,
  name: string,
): Promise<void> {
  await transaction.query(`delete from ${table} where name = $1`, [name]);
}
