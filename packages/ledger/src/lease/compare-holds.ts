import type { ReleaseRequest } from '../books/admit-calls.ts';
import type { MoneyCaller, Side } from '../books/money-caller.ts';

/** A hold this young may belong to an admission whose answer is on its way. */
const YOUNG_SECONDS = 5;
/** Holds compared at one look. */
const HOLDS_MAX = 50_000;

interface Row {
  readonly charge: string;
  readonly side: Side;
  readonly tenantId: bigint | null;
  readonly trunkId: bigint | null;
}

/**
 * Holds of this boot that none of its calls accounts for (money rule R4): they are to be released.
 * Throws the store's fault.
 */
export async function findStrayHolds(
  caller: MoneyCaller,
  boot: string,
  isKnown: (charge: string) => boolean,
): Promise<ReleaseRequest[]> {
  const rows = await caller.call<Row>(
    `select charge_id as charge, side, tenant_id as "tenantId", trunk_id as "trunkId"
     from holds where boot = $1 and not is_void
       and admitted_at < clock_timestamp() - interval '${YOUNG_SECONDS} seconds'
     limit ${HOLDS_MAX}`,
    [boot],
  );
  const unknown = rows.filter(({ charge }) => !isKnown(charge));
  if (unknown.length === 0) return [];
  // A call that was settled between the question and its answer has left the book, and its hold
  // the database: only what is held still belongs to nobody.
  const still = await caller.call<{ charge: string }>(
    `select charge_id as charge from holds where charge_id = any($1) and not is_void`,
    [unknown.map(({ charge }) => charge)],
  );
  const held = new Set(still.map(({ charge }) => charge));
  return unknown
    .filter(({ charge }) => held.has(charge))
    .map(({ charge, side, tenantId, trunkId }) => ({
      charge,
      side,
      tenantId: tenantId === null ? null : String(tenantId),
      trunkId: trunkId === null ? null : String(trunkId),
    }));
}
