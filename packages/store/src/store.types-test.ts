import type { Generated, Store } from './index.ts';

interface UserTables {
  users: { id: Generated<number>; name: string };
}

/** Compiled, never run: each feature sees its own tables, and only those. */
export async function typedTables(store: Store): Promise<string[]> {
  const tables = store.tables<UserTables>();
  // @ts-expect-error there is no such table
  tables.selectFrom('registrations');
  // @ts-expect-error there is no such column
  tables.selectFrom('users').select('password');
  // @ts-expect-error a name is not a number
  tables.insertInto('users').values({ name: 7 });
  // @ts-expect-error a user has a name
  tables.insertInto('users').values({ id: 7 });
  const rows = await tables.selectFrom('users').select('name').execute();
  return rows.map(({ name }) => name);
}
