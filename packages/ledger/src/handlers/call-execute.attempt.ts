import type { Message, Scope } from '@tandem/engine';
import { placeAttempt } from '../calls/place-attempt.ts';
import type { LedgerParts } from '../ledger-parts.ts';

/** Behind the trunk's own limits and breaker at 60, before any driver. */
const PRIORITY = 61;

/** call.execute: an attempt at a carrier is entered into the books of the whole cluster. */
export function handleAttempt(scope: Scope, parts: LedgerParts): void {
  scope.handle('call.execute', { priority: PRIORITY, as: 'ledger' }, (message) =>
    isOwed(message) ? placeAttempt(parts, message) : undefined,
  );
}

/** Most calls go to no carrier: they wait for nothing. */
function isOwed({ params, facts }: Message<'call.execute'>): boolean {
  const isOwn = params.trunk !== undefined && facts.wholesale !== undefined;
  return isOwn || facts.carriage !== undefined;
}
