import type { Scope } from '@tandem/engine';
import { placeAttempt } from '../calls/place-attempt.ts';
import type { LedgerParts } from '../ledger-parts.ts';

/** Behind the trunk's own limits and breaker at 60, before any driver. */
const PRIORITY = 61;

/** call.execute: an attempt at a carrier is entered into the books of the whole cluster. */
export function handleAttempt(scope: Scope, parts: LedgerParts): void {
  scope.handle('call.execute', { priority: PRIORITY, as: 'ledger' }, (message) =>
    message.params.trunk === undefined || message.facts.wholesale === undefined
      ? undefined
      : placeAttempt(parts, message),
  );
}
