import type { Message } from '@tandem/engine';
import { type Admission, type Refusal, refuse, type WholesaleFacts } from '@tandem/messages';
import { sliceWithin, talkMsFor, worstPriceMicros } from '@tandem/rating';
import { refusalOf, refusedLimitOf } from '../admission/refusal-of.ts';
import type { HoldOutcome } from '../books/admit-calls.ts';
import { type CallCharges, chargesOf } from '../charge/call-charges.ts';
import { LiveCharge } from '../charge/live-charge.ts';
import { runningPrice } from '../charge/running-price.ts';
import type { LedgerParts } from '../ledger-parts.ts';
import { beginCharges } from './begin-charges.ts';
import { openSale } from './open-charge-of.ts';

/**
 * Lets a tenant's call through, or says which limit stands against it. Undefined: nobody pays for
 * it. What fails in the world refuses, and never throws: a fault would quarantine the handler.
 */
export async function admitCall(
  parts: LedgerParts,
  message: Message<'call.admit'>,
): Promise<Admission | Refusal | undefined> {
  const { wholesale } = message.facts;
  if (wholesale === undefined) return undefined;
  const charges = chargesOf(message.facts);
  if (charges.sale !== undefined) return refuse('noresource', 'the call was judged before');
  const minted = makeSale(parts, message, charges);
  const refusal =
    parts.config.admission === 'node'
      ? admitHere(parts, minted, wholesale)
      : await admitInCluster(parts, minted, wholesale, () => makeSale(parts, message, charges));
  const charge = charges.sale ?? minted;
  if (refusal !== undefined) {
    charge.isClosed = true;
    return refusal;
  }
  charge.hasLeg = true;
  // Crosses with the call: a sister that it passes through does not judge it again.
  const admitted = { charge: charge.id, node: parts.identity.node };
  Object.assign(message.facts, { admitted, money: runningPrice(charge, parts.clock) });
  return charge.paidMs === Infinity
    ? { admitted: true }
    : { admitted: true, talkMsMax: charge.paidMs };
}

/** Why no new call can be charged; undefined while all is well. */
export function troubleOf({ lease, journal, isReplayed }: LedgerParts): string | undefined {
  if (journal.trouble !== undefined) return journal.trouble;
  if (!isReplayed) return 'the journal is being replayed';
  return lease.state === 'live' ? undefined : `the lease is ${lease.state}`;
}

function makeSale(
  parts: LedgerParts,
  { params, facts }: Message<'call.admit'>,
  charges: CallCharges,
): LiveCharge {
  if (charges.startedAt === undefined) beginCharges(parts, charges, 0);
  const open = openSale(parts, params, facts, charges.startedAt!);
  charges.sale = new LiveCharge(open, facts.wholesale?.sell, params.id, charges.startedMs);
  return charges.sale;
}

async function admitInCluster(
  parts: LedgerParts,
  charge: LiveCharge,
  wholesale: WholesaleFacts,
  mintAgain: () => LiveCharge,
): Promise<Refusal | undefined> {
  const { journal, lease, book, holds, config } = parts;
  if (journal.trouble !== undefined) return refuse('noresource', journal.trouble);
  const { open, terms } = charge;
  try {
    if (!lease.isFresh) await lease.refresh();
    const trouble = troubleOf(parts);
    if (trouble !== undefined) return admitAway(parts, charge, wholesale, trouble);
    book.add(charge);
    const { outcome, amountMicros } = await holds.admit({
      charge: open.charge,
      side: 'sale',
      tenantId: open.tenantId,
      trunkId: open.trunkId,
      wantedMicros: terms === undefined ? 0n : worstPriceMicros(terms, config.slice),
      leastMicros: terms === undefined ? 0n : worstPriceMicros(terms, 1),
      admittedAt: open.startedAt,
      record: charge.openText,
    });
    if (outcome !== 'held') return refused(parts, charge, outcome);
    charge.hold(amountMicros, parts.clock.monotonicMs());
    if (terms !== undefined) charge.paidMs = talkMsFor(amountMicros, terms);
    return undefined;
  } catch (fault) {
    book.remove(charge.id);
    // What may be held under that id is given up under it: the call goes on under another, or not.
    return admitAway(parts, mintAgain(), wholesale, fault instanceof Error ? fault.message : '');
  }
}

/** The database is away, or does not answer: only who may spend unseen is let through. */
function admitAway(
  parts: LedgerParts,
  charge: LiveCharge,
  wholesale: WholesaleFacts,
  reason: string,
): Refusal | undefined {
  const { policies, config, lease } = parts;
  const { terms, open } = charge;
  const wantedMicros = terms === undefined ? 0n : worstPriceMicros(terms, config.slice);
  const isAllowed =
    lease.state === 'live' &&
    open.tenantId !== null &&
    policies.spendUnseen(open.tenantId, wantedMicros);
  if (!isAllowed) return refuse('noresource', reason);
  const refusal = enterLocally(parts, charge, wholesale);
  if (refusal !== undefined) policies.seen(open.tenantId ?? '', wantedMicros);
  else if (terms !== undefined) {
    charge.unseenMicros = wantedMicros;
    charge.hold(wantedMicros, parts.clock.monotonicMs());
    charge.paidMs = talkMsFor(wantedMicros, terms);
  }
  return refusal;
}

/** Local counters, the balance as it was read last, no database before the call. */
function admitHere(
  parts: LedgerParts,
  charge: LiveCharge,
  wholesale: WholesaleFacts,
): Refusal | undefined {
  const { policies, journal } = parts;
  if (journal.trouble !== undefined) return refuse('noresource', journal.trouble);
  const { open, terms } = charge;
  const available = policies.availableTo(open.tenantId ?? '');
  if (available === undefined) return refused(parts, charge, 'notenant');
  if (terms !== undefined && sliceWithin(terms, 1, available) === undefined) {
    return refused(parts, charge, 'nocredit');
  }
  return enterLocally(parts, charge, wholesale);
}

function enterLocally(
  parts: LedgerParts,
  charge: LiveCharge,
  { tenant, inboundTrunk }: WholesaleFacts,
): Refusal | undefined {
  const outcome = parts.limits.enter({ tenant, trunk: inboundTrunk }, parts.clock.monotonicMs());
  if (outcome !== 'held') return refused(parts, charge, outcome);
  charge.isCountedHere = true;
  parts.book.add(charge);
  return undefined;
}

function refused(parts: LedgerParts, charge: LiveCharge, outcome: HoldOutcome): Refusal {
  parts.book.remove(charge.id);
  charge.refusedLimit = refusedLimitOf(outcome);
  return refusalOf(outcome, parts.config);
}
