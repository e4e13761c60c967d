import type { CallFacts, Message } from '@tandem/engine';
import type { CdrParams } from '@tandem/messages';
import { writeRecord } from '../books/close-calls.ts';
import { closeRecordOf } from '../charge/close-record-of.ts';
import { type CallCharges, chargesOf } from '../charge/call-charges.ts';
import { LiveCharge } from '../charge/live-charge.ts';
import type { ChargeEnd } from '../charge/open-charge.ts';
import { readTerms } from '../charge/terms-text.ts';
import type { LedgerParts } from '../ledger-parts.ts';
import { formatMicros } from '@tandem/messages';
import type { Price } from '@tandem/rating';
import { callStory } from '../proof/call-story.ts';
import { attemptKey } from './attempt-key.ts';
import { openCarried, readCarriage } from './carriage.ts';
import { isHandedOver } from './handed-over.ts';
import { beginCharges } from './begin-charges.ts';
import { chargeEnd } from './charge-end.ts';
import { openPurchase, openSale } from './open-charge-of.ts';

/** The driver of legs between nodes: what they carry is charged by the node where it came in. */
const SISTER_DRIVER = 'nats';

/** What the record of a leg is to the ledger of this node (money rules R8, R13). */
export function rankOf({
  params,
  facts,
}: Message<'call.cdr'>): 'sale' | 'purchase' | 'handed over' | undefined {
  const isIncoming = params.direction === 'incoming';
  if (isHandedOver(facts) && isIncoming) return 'handed over';
  if (params.driver === SISTER_DRIVER) return undefined;
  if (isIncoming) return 'sale';
  if (isHandedOver(facts)) return facts.carriage === undefined ? undefined : 'purchase';
  return params.trunk !== undefined && facts.wholesale !== undefined ? 'purchase' : undefined;
}

/**
 * A call's own final record: journaled before this resolves, settled later. Told again, it is the
 * same charge. @throws TandemError LEDGER_JOURNAL_…: the switch tells the record again
 */
export async function closeSale(parts: LedgerParts, message: Message<'call.cdr'>): Promise<void> {
  const { params, facts } = message;
  const charges = chargesOf(facts);
  if (charges.sale === undefined && facts.wholesale === undefined && !parts.config.freeCalls) {
    return;
  }
  const charge = (charges.sale ??= unadmittedSale(parts, params, facts, charges));
  if (charge.isJournaled) return;
  stopCharge(parts, charge);
  const talkMs =
    params.answeredAt === undefined ? undefined : Math.min(params.talkMs, charge.paidMs);
  const price = charge.priceOf(talkMs);
  charges.soldMicros = price.priceMicros;
  releaseUnplaced(parts, charges);
  const story = callStory(charge, message.trail, facts.wholesale, charges.legs.values());
  await journalEnd(
    parts,
    charge,
    chargeEnd(charge, params, { talkMs, isFinal: true, story }),
    price,
  );
}

/** The final record of an attempt at a carrier. @throws as {@link closeSale} */
export async function closePurchase(
  parts: LedgerParts,
  message: Message<'call.cdr'>,
): Promise<void> {
  const { params, facts } = message;
  const charges = chargesOf(facts);
  const charge = findPurchase(charges, params) ?? unheldPurchase(parts, params, facts, charges);
  if (charge === undefined || charge.isJournaled) return;
  stopCharge(parts, charge);
  const talkMs = purchasedTalkMs(params);
  const price = charge.priceOf(talkMs);
  if (!charge.isPriced) {
    charge.isPriced = true;
    charges.costMicros += price.priceMicros;
  }
  const isFinal = params.answeredAt !== undefined;
  const { soldMicros, costMicros } = charges;
  const hasMargin = isFinal && soldMicros !== undefined;
  const margin = hasMargin ? formatMicros(soldMicros - costMicros) : undefined;
  await journalEnd(parts, charge, chargeEnd(charge, params, { talkMs, isFinal, margin }), price);
}

/** Finds the charge that was made when the attempt was placed. */
export function findPurchase(charges: CallCharges, params: CdrParams): LiveCharge | undefined {
  return charges.purchases.get(attemptKey(params));
}

/** An answer after the branch was given up: the carrier's shortest call is owed. */
function purchasedTalkMs(params: CdrParams): number | undefined {
  if (params.answeredAt !== undefined) return params.talkMs;
  return params.isLateAnswer ? 1 : undefined;
}

async function journalEnd(
  parts: LedgerParts,
  charge: LiveCharge,
  end: ChargeEnd,
  price: Price,
): Promise<void> {
  const record = closeRecordOf(charge.open, end, 'owner', price);
  const written = writeRecord(record);
  const segment = await parts.journal.appendClose(written);
  charge.isJournaled = true;
  parts.queue.add(written, segment);
}

function stopCharge(parts: LedgerParts, charge: LiveCharge): void {
  charge.extension?.stop();
  const { side, tenantId, trunkId } = charge.open;
  const isCounted = charge.isCountedHere && !charge.isClosed && side === 'sale';
  if (isCounted && tenantId !== null) parts.limits.leave(tenantId, trunkId);
  charge.isClosed = true;
}

/** A call that was refused before anybody asked for its admission, or that is free. */
function unadmittedSale(
  parts: LedgerParts,
  params: CdrParams,
  facts: CallFacts,
  charges: CallCharges,
): LiveCharge {
  if (charges.startedAt === undefined) beginCharges(parts, charges, params.durationMs);
  const open = openSale(parts, params, facts, charges.startedAt!);
  return new LiveCharge(open, facts.wholesale?.sell, params.chan, charges.startedMs);
}

/** An attempt whose placing was not heard: the carrier is owed all the same. */
function unheldPurchase(
  parts: LedgerParts,
  params: CdrParams,
  facts: CallFacts,
  charges: CallCharges,
): LiveCharge | undefined {
  const startedAt = Math.round(parts.time.now() - params.durationMs);
  const carrier = facts.wholesale?.buy?.get(params.trunk ?? '');
  const carriage = carrier === undefined ? readCarriage(facts) : undefined;
  const open =
    carrier === undefined
      ? carriage && openCarried(parts, params, carriage, startedAt)
      : openPurchase(parts, params, carrier, facts, startedAt);
  if (open === undefined) return undefined;
  const terms = open.terms === null ? undefined : readTerms(open.terms);
  const startedMs = parts.clock.monotonicMs() - params.durationMs;
  const charge = new LiveCharge(open, terms, params.chan, startedMs);
  charges.purchases.set(attemptKey(params), charge);
  return charge;
}

/** Attempts that never got a leg tell no record: nothing may stay held for them. */
export function releaseUnplaced(parts: LedgerParts, charges: CallCharges): void {
  for (const charge of charges.purchases.values()) {
    if (charge.hasLeg || charge.isClosed) continue;
    charge.isClosed = true;
    parts.book.remove(charge.id);
    if (charge.isCountedHere) continue;
    const { charge: id, side, trunkId } = charge.open;
    parts.holds.release({ charge: id, side, tenantId: null, trunkId });
  }
}
