import type { Scope } from '@tandem/engine';
import { isRefusal } from '@tandem/messages';
import type { BatchedLookup } from '../batched-lookup.ts';
import type { Whereabouts } from '../locations.ts';
import { unlessAway } from '../unless-away.ts';

/** user.locate: the phones of a user, the preferred ones first; not answered for a stranger. */
export function handleLocate(scope: Scope, locations: BatchedLookup<Whereabouts>): void {
  scope.handle('user.locate', { as: 'registrar' }, async ({ params: { username } }) => {
    if (username === '') return undefined;
    const whereabouts = await unlessAway(locations.find(username));
    if (isRefusal(whereabouts)) return whereabouts;
    if (whereabouts === 'nobody') return undefined;
    const phones = whereabouts.map(({ location, connection, path }) => {
      return { callto: location, connection, path };
    });
    return { phones };
  });
}
