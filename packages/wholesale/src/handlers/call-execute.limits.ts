import type { Scope } from '@tandem/engine';
import { describeRefusal, isRefusal, type Leg, type Refusal, refuse } from '@tandem/messages';
import type { CarrierDesk } from '../carriers/carrier-desk.ts';
import type { PlacedBranch } from '../carriers/placed-branch.ts';
import type { CatalogueSource } from '../decks/catalogue.ts';

/**
 * call.execute: may the carrier have this branch? Its breaker and its limits on this node say so;
 * what becomes of the branch is told back to them. The driver is asked from here, so that a
 * branch that gets no leg frees its place.
 */
export function handleLimits(
  scope: Scope,
  source: CatalogueSource,
  desk: CarrierDesk,
  priority: number,
): void {
  scope.handle('call.execute', { priority, as: 'wholesale.limits' }, (message) => {
    const { params } = message;
    const trunk =
      params.trunk === undefined ? undefined : source.current?.setup.trunk(params.trunk);
    if (trunk === undefined) return undefined;
    const branch = desk.begin(trunk, params.id, params.attempt);
    if (isRefusal(branch)) return branch;
    try {
      const options = { parent: message, after: priority, extra: message.extra };
      const answer = scope.bus.ask('call.execute', params, options);
      if (!(answer instanceof Promise)) return placed(desk, branch, answer);
      return answer.then(
        (later) => placed(desk, branch, later),
        (fault: unknown) => {
          desk.gone(branch, faulty);
          throw fault;
        },
      );
    } catch (fault) {
      desk.gone(branch, faulty);
      throw fault;
    }
  });
}

/** Our own fault says nothing of the carrier. */
const faulty = { sipCode: 0, reason: 'cancelled', isAnswered: false };

function placed(
  desk: CarrierDesk,
  branch: PlacedBranch,
  answer: Leg | Refusal | undefined,
): Leg | Refusal {
  if (answer !== undefined && !isRefusal(answer)) {
    desk.placed(branch, answer.id);
    return answer;
  }
  const refusal = answer ?? refuse('noconn', 'no driver for it');
  const { status } = describeRefusal(refusal);
  desk.gone(branch, { sipCode: status, reason: refusal.refused, isAnswered: false });
  return refusal;
}
