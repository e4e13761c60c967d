import type { CallCharges } from '../charge/call-charges.ts';
import type { LedgerParts } from '../ledger-parts.ts';

/** Mints the instant at which a call began, `agoMs` ago: the CDR's partition time, for good. */
export function beginCharges(
  { time, clock }: Pick<LedgerParts, 'time' | 'clock'>,
  charges: CallCharges,
  agoMs: number,
): void {
  charges.startedAt = Math.round(time.now() - agoMs);
  charges.startedMs = clock.monotonicMs() - agoMs;
}
