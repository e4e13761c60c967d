import type { MaybePromise, Message, Scope } from '@tandem/engine';
import { priorities } from '@tandem/messages';
import { beginCharges } from '../calls/begin-charges.ts';
import { closePurchase, closeSale, findPurchase } from '../calls/final-record.ts';
import { hearAnswer } from '../calls/hear-answer.ts';
import { chargesOf } from '../charge/call-charges.ts';
import type { LedgerParts } from '../ledger-parts.ts';

/** The driver of legs between nodes: what they carry is charged by the node where it came in. */
const SISTER_DRIVER = 'nats';

/**
 * call.cdr: beginnings are noted, answers journaled, ends journaled before they are acknowledged.
 * Throws when the journal cannot be written: the switch tells the record again.
 */
export function handleRecords(scope: Scope, parts: LedgerParts): void {
  const options = { priority: priorities.ledgerJournal, as: 'ledger' };
  scope.handle('call.cdr', options, (message) => {
    const { params, facts } = message;
    if (params.driver === SISTER_DRIVER || 'handedOver' in facts) return undefined;
    return params.direction === 'incoming'
      ? hearCaller(parts, message)
      : hearAttempt(parts, message);
  });
}

function hearCaller(parts: LedgerParts, message: Message<'call.cdr'>): MaybePromise<void> {
  const { params, facts } = message;
  const charges = chargesOf(facts);
  if (params.operation === 'finalize') return closeSale(parts, message);
  if (charges.startedAt === undefined) beginCharges(parts, charges, params.durationMs);
  if (charges.sale !== undefined && params.status === 'answered') {
    hearAnswer(parts, charges.sale, params);
  }
}

function hearAttempt(parts: LedgerParts, message: Message<'call.cdr'>): MaybePromise<void> {
  const { params, facts } = message;
  if (params.trunk === undefined || facts.wholesale === undefined) return undefined;
  if (params.operation === 'finalize') return closePurchase(parts, message);
  const purchase = findPurchase(chargesOf(facts), params);
  if (purchase === undefined) return undefined;
  if (params.operation === 'initialize') {
    purchase.hasLeg = true;
    purchase.legStartedMs = parts.clock.monotonicMs() - params.durationMs;
  } else if (params.status === 'answered') hearAnswer(parts, purchase, params);
}
