import { type ApiAnswer, type ApiResource, formatMicros, parseMicros } from '@tandem/messages';
import { z } from '@tandem/engine';
import type { MoneyCaller } from '../books/money-caller.ts';

const amount = z
  .string()
  .refine((text) => (parseMicros(text) ?? -1n) >= 0n, 'expected a decimal text such as "50.00"');

/** A tenant's billing policy as it is set; what is left out takes its default. */
const policySchema = z.strictObject({
  orphans: z.enum(['beat', 'free']).default('beat'),
  databaseAway: z.enum(['held', 'postpaid', 'refuse']).default('held'),
  awayLimit: amount.default('0'),
  lowBalance: amount.nullable().default(null),
});

interface Row {
  readonly orphans: string;
  readonly databaseAway: string;
  readonly awayLimit: string;
  readonly lowBalance: string | null;
  readonly currency: string;
  readonly nodes: bigint;
}

/**
 * What becomes of a tenant's calls when a node dies or the database is away, and what that may
 * cost: the largest overdraft is the cap of one node times the nodes that live.
 */
export function policyResources(caller: MoneyCaller): readonly ApiResource[] {
  return [
    {
      method: 'GET',
      path: '/tenants/{tenant}/billing-policy',
      role: 'read',
      summary: 'Shows the policy of a tenant, and the largest overdraft it allows.',
      handle: ({ params }) => showPolicy(caller, params['tenant'] ?? ''),
    },
    {
      method: 'PUT',
      path: '/tenants/{tenant}/billing-policy',
      role: 'billing',
      summary: 'Sets what becomes of a tenant’s calls when a node dies or the database is away.',
      handle: ({ params, body }) => setPolicy(caller, params['tenant'] ?? '', body),
    },
  ];
}

async function showPolicy(caller: MoneyCaller, tenant: string): Promise<ApiAnswer> {
  const [row] = await caller.call<Row>(
    `select coalesce(p.orphans, 'beat') as orphans, coalesce(p.database_away, 'held')
       as "databaseAway", coalesce(p.away_limit, 0)::numeric(18,6) as "awayLimit",
       p.low_balance as "lowBalance", t.currency,
       (select count(*) from node_boots where state = 'live') as nodes
     from tenants t left join billing_policies p on p.tenant_id = t.id where t.name = $1`,
    [tenant],
  );
  if (row === undefined) return unknownTenant;
  const { nodes, ...policy } = row;
  const isPostpaid = row.databaseAway === 'postpaid';
  const bound = isPostpaid ? (parseMicros(row.awayLimit) ?? 0n) * nodes : 0n;
  return { status: 200, body: { ...policy, overdraftBound: formatMicros(bound) } };
}

async function setPolicy(caller: MoneyCaller, tenant: string, body: unknown): Promise<ApiAnswer> {
  const read = policySchema.safeParse(body);
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue?.path.join('.') ?? '';
    const message = issue?.message ?? 'this is no policy';
    return { status: 422, body: { error: { code: 'POLICY_INVALID', message, where } } };
  }
  const { orphans, databaseAway, awayLimit, lowBalance } = read.data;
  const rows = await caller.call(
    `insert into billing_policies (tenant_id, orphans, database_away, away_limit, low_balance)
     select id, $2, $3, $4, $5 from tenants where name = $1
     on conflict (tenant_id) do update set orphans = excluded.orphans,
       database_away = excluded.database_away, away_limit = excluded.away_limit,
       low_balance = excluded.low_balance
     returning tenant_id`,
    [tenant, orphans, databaseAway, awayLimit, lowBalance],
  );
  return rows.length === 0 ? unknownTenant : await showPolicy(caller, tenant);
}

const unknownTenant: ApiAnswer = {
  status: 404,
  body: { error: { code: 'TENANT_UNKNOWN', message: 'there is no such tenant' } },
};
