import type { Scope } from '@tandem/engine';
import type { CarrierDesk } from '../carriers/carrier-desk.ts';
import type { Registrations } from '../trunks/registrations.ts';
import { reportOf } from '../trunks/trunk-reports.ts';

/** wholesale.trunks: what this node registered, and which peers answer it. */
export function handleTrunkReports(
  scope: Scope,
  registrations: Registrations,
  desk: CarrierDesk,
): void {
  scope.handle('wholesale.trunks', { as: 'wholesale.trunks' }, () =>
    reportOf(scope.node, registrations, desk),
  );
}
