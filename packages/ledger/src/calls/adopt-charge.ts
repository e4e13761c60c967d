import { type Micros, formatMicros } from '@tandem/messages';
import type { LiveCharge } from '../charge/live-charge.ts';
import type { LedgerParts } from '../ledger-parts.ts';

/**
 * Holds in the database what a call was let go with while it was away: from then on the call is as
 * any other, counted over the cluster and closed by others if this node dies. False: not yet, the
 * tenant's unseen sum still counts. Never throws.
 */
export async function adoptCharge(
  { holds, lease, book, limits, policies, config, log }: LedgerParts,
  charge: LiveCharge,
  targetMicros: Micros,
): Promise<boolean> {
  const { open } = charge;
  const { tenantId, trunkId } = open;
  if (config.admission === 'node' || lease.state !== 'live' || tenantId === null) return false;
  try {
    const { outcome, amountMicros } = await holds.adopt({
      charge: open.charge,
      side: 'sale',
      tenantId,
      trunkId,
      wantedMicros: targetMicros,
      // What it has talked away is owed whatever the balance says.
      leastMicros: 0n,
      admittedAt: open.startedAt,
      record: JSON.stringify(open),
    });
    if (outcome !== 'held') {
      log.debug('a call stays unseen', { charge: open.charge, outcome });
      return false;
    }
    const amount = formatMicros(amountMicros);
    log.info('a call that went on unseen is held now', { charge: open.charge, amount });
    // It may have ended meanwhile: then its record settles the hold, and its place is free.
    if (!charge.isClosed) limits.leave(tenantId, trunkId);
    charge.isCountedHere = false;
    const seenMicros = amountMicros < charge.unseenMicros ? amountMicros : charge.unseenMicros;
    charge.unseenMicros -= seenMicros;
    policies.seen(tenantId, seenMicros);
    book.answered(charge);
    return true;
  } catch (fault) {
    log.debug('a call stays unseen', { charge: open.charge, fault: String(fault) });
    return false;
  }
}
