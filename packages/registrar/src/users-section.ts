import { z } from '@tandem/engine';
import type { ApplyChange, ApplyIssue, ApplySection } from '@tandem/messages';
import type { StoreTransaction } from '@tandem/store';
import { hashPassword } from './password-hashes.ts';

const userItem = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[^\s:/@<>"]+$/, 'a name has no spaces and none of : / @ < > "'),
  password: z.string().min(1).max(256).optional(),
});

type UserItem = z.output<typeof userItem>;

interface UserRow {
  readonly name: string;
  readonly ha1_sha256: string;
}

/**
 * The list `users` of `tandem apply`. A password changes only when one is given; users that the
 * list does not name stay unless it is pruned. Passwords are in no plan.
 */
export function usersSection(realm: string): ApplySection {
  return {
    name: 'users',
    order: 50,
    item: userItem,
    async plan(items, { prune, transaction }) {
      return await compare(items as readonly UserItem[], prune, transaction, realm);
    },
    async apply(items, { prune, transaction }) {
      const users = items as readonly UserItem[];
      const { changes } = await compare(users, prune, transaction, realm);
      for (const { name, action } of changes) {
        const password = users.find((user) => user.name === name)?.password;
        await write(transaction as StoreTransaction, name, action, password, realm);
      }
      return changes;
    },
  };
}

async function compare(
  items: readonly UserItem[],
  prune: boolean,
  transaction: unknown,
  realm: string,
): Promise<{ changes: readonly ApplyChange[]; issues: readonly ApplyIssue[] }> {
  const rows = await (transaction as StoreTransaction).query<UserRow>(
    'select name, ha1_sha256 from users order by name for update',
  );
  const stored = new Map(rows.map((row) => [row.name, row]));
  const seen = new Set<string>();
  const changes: ApplyChange[] = [];
  const issues: ApplyIssue[] = [];
  for (const [index, { name, password }] of items.entries()) {
    const path = `users[${index}]`;
    if (seen.has(name)) issues.push({ path: `${path}.name`, message: `user "${name}" twice` });
    seen.add(name);
    const row = stored.get(name);
    if (row === undefined && password === undefined) {
      const message = `user "${name}" is new and has no password`;
      issues.push({ path, message, hint: 'give a password' });
    } else if (row === undefined) {
      changes.push({ section: 'users', name, action: 'create', after: { name } });
    } else if (password !== undefined && isOther(row, password, realm)) {
      const [before, after] = [{ password: 'as it is' }, { password: 'a new one' }];
      changes.push({ section: 'users', name, action: 'update', before, after });
    }
  }
  const gone = prune ? rows.filter(({ name }) => !seen.has(name)) : [];
  for (const { name } of gone) {
    changes.push({ section: 'users', name, action: 'delete', before: { name } });
  }
  return { changes, issues };
}

function isOther(row: UserRow, password: string, realm: string): boolean {
  return row.ha1_sha256 !== hashPassword(row.name, realm, password).ha1Sha256;
}

async function write(
  transaction: StoreTransaction,
  name: string,
  action: ApplyChange['action'],
  password: string | undefined,
  realm: string,
): Promise<void> {
  if (action === 'delete') {
    await transaction.query('delete from users where name = $1', [name]);
    return;
  }
  const { ha1Md5, ha1Sha256 } = hashPassword(name, realm, password ?? '');
  await transaction.query(
    `insert into users (name, realm, ha1_md5, ha1_sha256) values ($1, $2, $3, $4)
      on conflict (name) do update set realm = excluded.realm, ha1_md5 = excluded.ha1_md5,
        ha1_sha256 = excluded.ha1_sha256, updated_at = clock_timestamp()`,
    [name, realm, ha1Md5, ha1Sha256],
  );
}
