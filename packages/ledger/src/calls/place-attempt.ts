import type { Message } from '@tandem/engine';
import { type Refusal, refuse, targetOf } from '@tandem/messages';
import { refusalOf } from '../admission/refusal-of.ts';
import type { HoldRequest } from '../books/admit-calls.ts';
import { chargesOf } from '../charge/call-charges.ts';
import { LiveCharge } from '../charge/live-charge.ts';
import { readTerms } from '../charge/terms-text.ts';
import type { Haste } from '../haste.ts';
import type { LedgerParts } from '../ledger-parts.ts';
import type { OpenCharge } from '../charge/open-charge.ts';
import { attemptKey } from './attempt-key.ts';
import { openCarried, readCarriage } from './carriage.ts';
import { isHandedOver } from './handed-over.ts';
import { openPurchase } from './open-charge-of.ts';

/**
 * Enters an attempt at a carrier into the books of the whole cluster. Only a carrier with limits
 * is waited for; without a database such a one is not called, others are. Undefined: go on.
 */
export async function placeAttempt(
  parts: LedgerParts,
  message: Message<'call.execute'>,
): Promise<Refusal | undefined> {
  const { params, facts } = message;
  const open = openAttempt(parts, message);
  if (open === undefined) return undefined;
  const terms = open.terms === null ? undefined : readTerms(open.terms);
  const charge = new LiveCharge(open, terms, params.id, parts.clock.monotonicMs());
  const { purchases } = chargesOf(facts);
  purchases.set(attemptKey(params), charge);
  parts.book.add(charge);
  if (parts.config.admission === 'node') {
    charge.isCountedHere = true;
    return undefined;
  }
  const isLimited = parts.policies.isLimited(String(open.trunkId));
  const asked = hold(parts, charge, isLimited ? 'urgent' : 'patient');
  if (!isLimited) return undefined;
  const refusal = await asked;
  if (refusal === undefined) return undefined;
  charge.isClosed = true;
  parts.book.remove(charge.id);
  purchases.delete(attemptKey(params));
  return refusal;
}

/** Undefined: no carrier is owed for it, or another node places it, and its ledger charges it. */
function openAttempt(
  parts: LedgerParts,
  { params, facts }: Message<'call.execute'>,
): OpenCharge | undefined {
  if (targetOf(params.callto, 'nats') !== undefined) return undefined;
  const startedAt = Math.round(parts.time.now());
  const carrier = facts.wholesale?.buy?.get(params.trunk ?? '');
  if (carrier !== undefined) return openPurchase(parts, params, carrier, facts, startedAt);
  const carriage = isHandedOver(facts) ? readCarriage(facts) : undefined;
  return carriage && openCarried(parts, params, carriage, startedAt);
}

/** Never throws: what fails refuses a limited carrier, and is made good by the final record. */
async function hold(
  parts: LedgerParts,
  charge: LiveCharge,
  haste: Haste,
): Promise<Refusal | undefined> {
  const { open } = charge;
  const request: HoldRequest = {
    charge: open.charge,
    side: 'purchase',
    tenantId: null,
    trunkId: open.trunkId,
    wantedMicros: 0n,
    leastMicros: 0n,
    admittedAt: open.startedAt,
    record: charge.openText,
  };
  try {
    const { outcome } = await parts.holds.admit(request, haste);
    if (outcome === 'held') return undefined;
    return refusalOf(outcome, parts.config);
  } catch (fault) {
    return refuse('noresource', fault instanceof Error ? fault.message : 'no answer');
  }
}
