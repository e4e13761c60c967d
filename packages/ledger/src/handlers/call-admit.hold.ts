import type { Scope } from '@tandem/engine';
import { priorities } from '@tandem/messages';
import { admitCall } from '../calls/admit-call.ts';
import type { LedgerParts } from '../ledger-parts.ts';

/** call.admit: a tenant's call is let through and held for, or told which limit stands against it. */
export function handleAdmission(scope: Scope, parts: LedgerParts): void {
  const options = { priority: priorities.ledgerAdmit, as: 'ledger' };
  scope.handle('call.admit', options, (message) =>
    message.facts.wholesale === undefined ? undefined : admitCall(parts, message),
  );
}
