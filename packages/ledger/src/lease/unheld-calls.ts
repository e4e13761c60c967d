import type { MoneyCaller } from '../books/money-caller.ts';
import type { LedgerParts } from '../ledger-parts.ts';

/** A call this young may still wait for the answer to its admission, ms. */
const YOUNG_MS = 5_000;
/** Calls compared at one question. */
const CALLS_MAX = 50_000;

/**
 * Charges of tenants' calls that go on here and that the database holds nothing for, though it was
 * asked to: the other way round of stray holds. Calls that were let go while it was away are known
 * to have none. Throws the store's fault.
 */
export async function findUnheldCalls(
  { book, clock }: Pick<LedgerParts, 'book' | 'clock'>,
  caller: MoneyCaller,
): Promise<readonly string[]> {
  const nowMs = clock.monotonicMs();
  const charges: string[] = [];
  for (const charge of book.open()) {
    const { open, isCountedHere, hasLeg, startedMs } = charge;
    if (open.side !== 'sale' || isCountedHere || !hasLeg) continue;
    if (nowMs - startedMs < YOUNG_MS) continue;
    if (charges.push(charge.id) >= CALLS_MAX) break;
  }
  if (charges.length === 0) return [];
  const rows = await caller.call<{ charge: string }>(
    `select u.charge from unnest($1::text[]) as u (charge)
     where not exists (select from holds h where h.charge_id = u.charge and not h.is_void)`,
    [charges],
  );
  // Those that ended while we asked are settled.
  return rows.map(({ charge }) => charge).filter((id) => book.find(id)?.isClosed === false);
}
