import type { Scope } from '@tandem/engine';
import { priorities, targetOf } from '@tandem/messages';
import { carriageOf } from '../calls/carriage.ts';

/**
 * The last word before the drivers, which take the call's facts along in the same turn: branches
 * that ring at the same time share these facts.
 */
const PRIORITY = priorities.drivers - 1;

/** call.execute: the node that places a sister's attempt is told whom it is owed to. */
export function handleCarriage(scope: Scope): void {
  scope.declareFact('carriage', { crosses: true });
  scope.handle('call.execute', { priority: PRIORITY, as: 'ledger' }, ({ params, facts }) => {
    const { wholesale } = facts;
    // On a node between the two: what came goes on.
    if (wholesale === undefined || targetOf(params.callto, 'nats') === undefined) return;
    const carrier = wholesale.buy?.get(params.trunk ?? '');
    if (carrier === undefined) delete facts.carriage;
    else facts.carriage = carriageOf(params, carrier, facts);
  });
}
