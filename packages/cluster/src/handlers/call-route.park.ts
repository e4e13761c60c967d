import type { Scope } from '@tandem/engine';
import { routeTo } from '@tandem/messages';

/** What routing to orbits needs. */
export interface ParkRouteOptions {
  readonly priority: number;
  readonly numbers: RegExp;
  readonly prefix: () => string | undefined;
}

/** call.route: numbers that park lead to whichever node has the orbit. */
export function handleParkRoute(
  scope: Scope,
  { priority, numbers, prefix }: ParkRouteOptions,
): void {
  scope.handle('call.route', { priority, as: 'park.numbers' }, ({ params }) => {
    const match = numbers.exec(params.called);
    const orbit = match?.[1] ?? match?.[0] ?? '';
    if (orbit === '') return undefined;
    const shared = prefix();
    return routeTo(shared === undefined ? `park/${orbit}` : `${shared}*/park/${orbit}`);
  });
}
