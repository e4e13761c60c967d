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
  const handling = { priority, as: 'wholesale.limits', deadlineMs: DEADLINE_MS };
  scope.handle('call.execute', handling, (message) => {
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
        () => failed(desk, branch),
      );
    } catch {
      return failed(desk, branch);
    }
  });
}

/** Longer than any driver may take: who is late is named, and not we for him. */
const DEADLINE_MS = 30_000;

/** A driver's fault, which the bus has logged, says nothing of the carrier. */
function failed(desk: CarrierDesk, branch: PlacedBranch): Refusal {
  desk.gone(branch, { sipCode: 0, reason: 'cancelled', isAnswered: false });
  return refuse('failure', 'a driver failed');
}

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
