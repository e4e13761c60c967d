import type { Scope } from '@tandem/engine';
import { isRefusal, refuse } from '@tandem/messages';
import type { BatchedLookup } from '../batched-lookup.ts';
import { unlessAway } from '../unless-away.ts';
import { routeToPhones, type Whereabouts } from '../locations.ts';

/**
 * call.route: a call for a user goes to his phones. For one who has none now, those behind are
 * asked (voice mail, say) before he is said to be offline, as Yate's register module does.
 */
export function handleLocation(
  scope: Scope,
  priority: number,
  locations: BatchedLookup<Whereabouts>,
): void {
  scope.handle('call.route', { priority, as: 'registrar.location' }, async (message) => {
    const { called } = message.params;
    if (called === '') return undefined;
    const whereabouts = await unlessAway(locations.find(called));
    if (isRefusal(whereabouts)) return whereabouts;
    if (whereabouts === 'nobody') return undefined;
    if (whereabouts.length > 0) return routeToPhones(whereabouts);
    const options = { parent: message, after: priority, extra: message.extra };
    const other = await scope.bus.ask('call.route', message.params, options);
    return other ?? refuse('offline', `${called} is not registered`);
  });
}
