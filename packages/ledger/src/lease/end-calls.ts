import type { LiveCharge } from '../charge/live-charge.ts';
import type { LedgerParts } from '../ledger-parts.ts';

/** Ends the calls of these charges: they may not go on unpaid. Their final records follow. */
export async function endBillableCalls(
  { bus }: Pick<LedgerParts, 'bus'>,
  charges: readonly LiveCharge[],
): Promise<void> {
  const ids = new Set(charges.map(({ open }) => open.callId));
  for (const id of ids) await bus.ask('call.drop', { id, reason: 'noresource', by: 'engine' });
}
