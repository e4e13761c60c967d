import { z } from '@tandem/engine';
import { formatMicros, parseMicros } from '@tandem/messages';
import type { MoneyCaller } from '../books/money-caller.ts';
import type { LedgerConfig } from '../config.ts';

const amount = z
  .string()
  .refine((text) => (parseMicros(text) ?? -1n) >= 0n, 'expected a decimal text such as "50.00"');

/** A tenant's billing policy as it is set; what is left out takes its default. */
export const policySchema = z
  .strictObject({
    orphans: z.enum(['beat', 'free']).default('beat'),
    databaseAway: z.enum(['held', 'postpaid', 'refuse']).default('held'),
    awayLimit: amount.default('0'),
    lowBalance: amount.nullable().default(null),
    billCycle: z.enum(['none', 'weekly', 'monthly']).default('none'),
    billDay: z.int().min(1).max(31).default(1),
    zone: z
      .string()
      .refine(isZone, 'unknown zone: expected an IANA name such as Europe/Berlin')
      .default('UTC'),
  })
  .refine(({ billCycle, billDay }) => billCycle !== 'weekly' || billDay <= 7, {
    path: ['billDay'],
    error: 'expected a day of the week: 1 is Monday, 7 is Sunday',
  });

/** A policy to be stored. */
export type PolicySetting = z.output<typeof policySchema>;

/** A tenant's policy, and what it may cost. */
export interface BillingPolicy extends PolicySetting {
  readonly currency: string;
  /**
   * The most that calls can cost the tenant beyond balance and credit, six decimals: what each
   * living node may let go unseen. A call is never charged more than was held for it. Null: there
   * is no bound, for with `admission = node` nothing is held.
   */
  readonly overdraftBound: string | null;
  /** End of the running cycle, epoch ms; null without bills. */
  readonly nextBillAt: number | null;
}

interface Row extends PolicySetting {
  readonly currency: string;
  readonly nodes: bigint;
  readonly next: Date | null;
}

/** Reads a tenant's policy. Undefined: no such tenant. @throws the store's fault */
export async function readPolicy(
  caller: MoneyCaller,
  tenant: string,
  admission: LedgerConfig['admission'] = 'cluster',
): Promise<BillingPolicy | undefined> {
  const [row] = await caller.call<Row>(
    `select coalesce(p.orphans, 'beat') as orphans, coalesce(p.database_away, 'held')
       as "databaseAway", coalesce(p.away_limit, 0)::numeric(18,6) as "awayLimit",
       p.low_balance as "lowBalance", coalesce(p.bill_cycle, 'none') as "billCycle",
       coalesce(p.bill_day, 1) as "billDay", coalesce(p.zone, 'UTC') as zone, t.currency,
       case when p.bill_cycle <> 'none' then cycle_edge_1(p.bill_cycle, p.bill_day, p.zone,
         coalesce((select max(to_at) from bills b where b.tenant_id = t.id), p.billed_since), true)
       end as next,
       (select count(*) from node_boots where state = 'live') as nodes
     from tenants t left join billing_policies p on p.tenant_id = t.id where t.name = $1`,
    [tenant],
  );
  if (row === undefined) return undefined;
  const { nodes, next, ...policy } = row;
  const isPostpaid = row.databaseAway === 'postpaid';
  const bound = isPostpaid ? (parseMicros(row.awayLimit) ?? 0n) * nodes : 0n;
  const overdraftBound = admission === 'node' ? null : formatMicros(bound);
  return { ...policy, overdraftBound, nextBillAt: next?.getTime() ?? null };
}

/**
 * Stores a tenant's policy. A tenant that gets bills for the first time is billed from the begin of
 * its running cycle. False: no such tenant. @throws the store's fault
 */
export async function writePolicy(
  caller: MoneyCaller,
  tenant: string,
  policy: PolicySetting,
): Promise<boolean> {
  const { orphans, databaseAway, awayLimit, lowBalance, billCycle, billDay, zone } = policy;
  const rows = await caller.call(
    `insert into billing_policies as p (tenant_id, orphans, database_away, away_limit, low_balance,
       bill_cycle, bill_day, zone, billed_since)
     select id, $2, $3, $4, $5, $6, $7, $8,
       cycle_edge_1($6, $7, $8, clock_timestamp(), false) from tenants where name = $1
     on conflict (tenant_id) do update set orphans = excluded.orphans,
       database_away = excluded.database_away, away_limit = excluded.away_limit,
       low_balance = excluded.low_balance, bill_cycle = excluded.bill_cycle,
       bill_day = excluded.bill_day, zone = excluded.zone,
       billed_since = case when (p.bill_cycle, p.bill_day, p.zone)
           is distinct from (excluded.bill_cycle, excluded.bill_day, excluded.zone)
         then excluded.billed_since else p.billed_since end
     returning p.tenant_id`,
    [tenant, orphans, databaseAway, awayLimit, lowBalance, billCycle, billDay, zone],
  );
  return rows.length > 0;
}

/** Whether the system knows a zone by that name; only names of places, and UTC. */
function isZone(zone: string): boolean {
  if (!/^[A-Za-z][\w+/-]*$/.test(zone)) return false;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
