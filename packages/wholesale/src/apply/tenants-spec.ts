import type { ApplyIssue } from '@tandem/messages';
import type { StoreTransaction } from '@tandem/store';
import { danglingIssue } from './dangling.ts';
import type { SectionSpec } from './section-spec.ts';
import type { SetupDraft } from './setup-draft.ts';
import { tenantItem, type TenantItem } from './tenant-item.ts';
import { removeRow, writeRow } from './write-row.ts';

/** The list `tenants`. Balances are not touched: money moves by recharge and charge only. */
export const tenantsSpec: SectionSpec<TenantItem> = {
  name: 'tenants',
  order: 40,
  item: tenantItem,
  read: readTenants,
  settle: (tenant) => ({
    ...tenant,
    trunks: tenant.trunks.toSorted(),
    users: tenant.users.toSorted(),
    countries: tenant.countries && [...new Set(tenant.countries)].toSorted(),
  }),
  show: ({ countries, maxRate, ...tenant }) => ({
    ...tenant,
    countries: countries ?? 'any',
    maxRate: maxRate ?? 'any',
  }),
  draft(draft, items, gone) {
    for (const name of gone) draft.tenants.delete(name);
    for (const { name, trunks, users } of items) draft.tenants.set(name, { trunks, users });
  },
  check: (tenant, stored, draft, path) => [
    ...checkReferences(tenant, draft, path),
    ...checkCurrencies(tenant, stored, draft, path),
    ...checkOwners(tenant, draft, path),
  ],
  checkRemoval,
  write: writeTenant,
  remove: async (transaction, name) => await removeRow(transaction, 'tenants', name),
};

function checkReferences(
  { deck, profile, trunks }: TenantItem,
  draft: SetupDraft,
  path: string,
): ApplyIssue[] {
  const issues: ApplyIssue[] = [];
  if (deck !== null && !draft.decks.has(deck)) {
    issues.push(danglingIssue(`${path}.deck`, 'deck', deck, draft.decks.keys()));
  } else if (deck !== null && draft.decks.get(deck)?.kind === 'buy') {
    const message = `deck "${deck}" is what a carrier costs, a tenant needs a sell deck`;
    issues.push({ path: `${path}.deck`, message });
  }
  if (profile !== null && !draft.profiles.has(profile)) {
    issues.push(danglingIssue(`${path}.profile`, 'profile', profile, draft.profiles.keys()));
  }
  for (const [index, name] of trunks.entries()) {
    const place = `${path}.trunks[${index}]`;
    const trunk = draft.trunks.get(name);
    if (trunk === undefined) {
      issues.push(danglingIssue(place, 'trunk', name, draft.trunks.keys()));
    } else if (!trunk.isInbound) {
      issues.push({ path: place, message: `trunk "${name}" is outbound: no call comes in by it` });
    }
  }
  return issues;
}

function checkCurrencies(
  tenant: TenantItem,
  stored: TenantItem | undefined,
  draft: SetupDraft,
  path: string,
): ApplyIssue[] {
  const { name, currency, deck, profile } = tenant;
  const issues: ApplyIssue[] = [];
  if (stored !== undefined && stored.currency !== currency) {
    const message = `tenant "${name}" has its balance in ${stored.currency}, and keeps it`;
    issues.push({ path: `${path}.currency`, message, hint: 'make a new tenant' });
  }
  const sold = deck === null ? undefined : draft.decks.get(deck)?.currency;
  if (sold !== undefined && sold !== currency) {
    const message = `deck "${deck}" is in ${sold}, the tenant in ${currency}`;
    issues.push({ path: `${path}.deck`, message });
  }
  for (const [bought, trunk] of profile === null ? [] : draft.currenciesOf(profile)) {
    if (bought === currency) continue;
    const message = `profile "${profile}" buys in ${bought} (trunk "${trunk}"), the tenant pays in ${currency}`;
    issues.push({ path: `${path}.profile`, message });
  }
  return issues;
}

/** A trunk or user has one tenant: who pays must not depend on an order. */
function checkOwners({ name, trunks, users }: TenantItem, draft: SetupDraft, path: string) {
  const issues: ApplyIssue[] = [];
  for (const [other, own] of draft.tenants) {
    if (other === name) continue;
    for (const [key, mine, theirs] of [
      ['trunks', trunks, own.trunks],
      ['users', users, own.users],
    ] as const) {
      for (const [index, claimed] of mine.entries()) {
        if (!theirs.includes(claimed)) continue;
        const message = `"${claimed}" belongs to tenant "${other}"`;
        issues.push({ path: `${path}.${key}[${index}]`, message });
      }
    }
  }
  return issues;
}

/** A tenant who owes or has money, or is calling, stays: apply moves no balance. */
async function checkRemoval(
  transaction: StoreTransaction,
  names: readonly string[],
): Promise<ApplyIssue[]> {
  const rows = await transaction.query<{ name: string; balance: string; active: number }>(
    `select name, balance, active from tenants
      where name = any($1) and (balance <> 0 or held <> 0 or active <> 0)`,
    [names],
  );
  return rows.map(({ name, balance, active }) => ({
    path: 'tenants',
    message: `tenant "${name}" has a balance of ${balance} and ${active} calls, and stays`,
    hint: 'settle it, or set isActive: false',
  }));
}

interface TenantRow {
  readonly name: string;
  readonly currency: string;
  readonly credit_limit: string;
  readonly deck: string | null;
  readonly profile: string | null;
  readonly trunks: string[];
  readonly users: string[];
  readonly countries: string[] | null;
  readonly max_rate: string | null;
  readonly max_calls: number | null;
  readonly max_calls_per_second: number | null;
  readonly is_active: boolean;
}

async function readTenants(
  transaction: StoreTransaction,
): Promise<ReadonlyMap<string, TenantItem>> {
  const rows = await transaction.query<TenantRow>(
    `select t.name, t.currency, t.credit_limit, d.name as deck, p.name as profile, t.countries,
      t.max_rate, t.max_calls, t.max_calls_per_second, t.is_active,
      array(select name from trunks k where k.tenant_id = t.id order by name collate "C") as trunks,
      array(select username from tenant_users u where u.tenant_id = t.id
        order by username collate "C") as users
      from tenants t left join rate_decks d on d.id = t.deck_id
        left join profiles p on p.id = t.profile_id
      order by t.name`,
  );
  return new Map(
    rows.map((row) => [
      row.name,
      {
        name: row.name,
        currency: row.currency,
        creditLimit: row.credit_limit,
        deck: row.deck,
        profile: row.profile,
        trunks: row.trunks,
        users: row.users,
        countries: row.countries,
        maxRate: row.max_rate,
        maxCalls: row.max_calls,
        maxCallsPerSecond: row.max_calls_per_second,
        isActive: row.is_active,
      },
    ]),
  );
}

async function writeTenant(transaction: StoreTransaction, tenant: TenantItem): Promise<void> {
  const [found] = await transaction.query<{ deck: bigint | null; profile: bigint | null }>(
    `select (select id from rate_decks where name = $1) as deck,
      (select id from profiles where name = $2) as profile`,
    [tenant.deck, tenant.profile],
  );
  const id = await writeRow(transaction, 'tenants', ['name'], {
    name: tenant.name,
    currency: tenant.currency,
    credit_limit: tenant.creditLimit,
    deck_id: found?.deck ?? null,
    profile_id: found?.profile ?? null,
    countries: tenant.countries,
    max_rate: tenant.maxRate,
    max_calls: tenant.maxCalls,
    max_calls_per_second: tenant.maxCallsPerSecond,
    is_active: tenant.isActive,
  });
  await transaction.query(
    `update trunks set tenant_id = case when name = any($2) then $1::bigint end
      where (tenant_id = $1) is distinct from (name = any($2))
        and (tenant_id = $1 or name = any($2))`,
    [id, tenant.trunks],
  );
  await transaction.query('delete from tenant_users where tenant_id = $1 and username <> all($2)', [
    id,
    tenant.users,
  ]);
  await transaction.query(
    `insert into tenant_users (username, tenant_id) select unnest($2::text[]), $1
      on conflict (username) do update set tenant_id = excluded.tenant_id
        where tenant_users.tenant_id <> excluded.tenant_id`,
    [id, tenant.users],
  );
}
