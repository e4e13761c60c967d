import type { MoneyCaller } from '../books/money-caller.ts';

/**
 * What remains of a call whose records were deleted, by its charge. Undefined: there is none.
 * @throws the store's fault
 */
export async function bareCharge(
  caller: MoneyCaller,
  charge: string,
): Promise<Record<string, unknown> | undefined> {
  const [row] = await caller.call<{
    readonly price: string;
    readonly side: string;
    readonly currency: string;
    readonly seconds: number;
    readonly started: Date;
    readonly charged: Date;
    readonly closedBy: string;
    readonly tenant: string | null;
  }>(
    `select price_now_1(c.charge_id)::numeric(18,6) as price, c.side, c.currency,
       c.billed_seconds as seconds, c.started_at as started, c.charged_at as charged,
       c.closed_by as "closedBy", t.name as tenant
     from charges c left join tenants t on t.id = c.tenant_id where c.charge_id = $1`,
    [charge],
  );
  if (row === undefined) return undefined;
  const isSale = row.side === 'sale';
  return {
    id: charge,
    tenant: row.tenant,
    startedAt: row.started.getTime(),
    outcome: { reason: 'its records are archived' },
    charge: {
      id: charge,
      billedSeconds: row.seconds,
      price: isSale ? row.price : '0.000000',
      cost: isSale ? '0.000000' : row.price,
      currency: row.currency,
      settledAt: row.charged.getTime(),
      closedBy: row.closedBy,
    },
  };
}
