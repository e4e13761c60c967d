import type { MoneyCaller } from '../books/money-caller.ts';

/** Bills made at one look; the rest at the next one. */
const BILLS_MAX = 200;

/** Whose bills are made, and when. */
export interface BillRun {
  /** How long after the end of a cycle its bill is made, ms: records may be on their way. */
  readonly graceMs: number;
  /** This tenant's alone. */
  readonly tenant?: string | undefined;
}

/**
 * Makes the bills that are due, oldest first, and those that another node has begun and not summed;
 * the numbers of those made here. Any node may do so at any time, and all at once: a tenant's
 * cycle has one bill. @throws the store's fault; asked again, it goes on where it was
 */
export async function makeBills(caller: MoneyCaller, run: BillRun): Promise<number[]> {
  const grace = [`${run.graceMs} milliseconds`, run.tenant ?? null];
  const made: number[] = [];
  for (const { number } of await caller.call<{ number: bigint }>(
    `select b.number from bills b where b.summed_at is null
       and ($1::text is null or b.tenant = $1) order by b.number limit ${BILLS_MAX}`,
    [run.tenant ?? null],
  )) {
    if (await sumBill(caller, number)) made.push(Number(number));
  }
  while (made.length < BILLS_MAX) {
    const due = await caller.call<{ tenant: bigint }>(
      `select p.tenant_id as tenant from billing_policies p join tenants t on t.id = p.tenant_id
       cross join lateral due_bill_1(p.tenant_id, $1::interval) d
       where $2::text is null or t.name = $2 order by d.to_at, p.tenant_id limit ${BILLS_MAX}`,
      grace,
    );
    if (due.length === 0) break;
    let opened = 0;
    for (const { tenant } of due) {
      const [row] = await caller.call<{ number: bigint | null }>(
        'select open_bill_1($1, $2::interval) as number',
        [tenant, grace[0]],
      );
      if (row?.number == null) continue;
      opened++;
      if (await sumBill(caller, row.number)) made.push(Number(row.number));
    }
    // What is due and not ours to open is another node's at this moment.
    if (opened === 0) break;
  }
  return made;
}

/** Sums a bill that was opened; false if another did. */
async function sumBill(caller: MoneyCaller, number: bigint): Promise<boolean> {
  const [row] = await caller.call<{ summed: boolean }>('select sum_bill_1($1) as summed', [number]);
  return row?.summed === true;
}
