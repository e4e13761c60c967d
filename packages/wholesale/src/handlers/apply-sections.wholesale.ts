import type { Scope } from '@tandem/engine';
import type { NodesFollowing } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { decksSpec } from '../apply/decks-spec.ts';
import { profilesSpec } from '../apply/profiles-spec.ts';
import { setupSection } from '../apply/setup-section.ts';
import { tenantsSpec } from '../apply/tenants-spec.ts';
import { trunksSpec } from '../apply/trunks-spec.ts';
import { followNodes } from '../decks/nodes-in-force.ts';

/** apply.sections: the lists decks, trunks, profiles and tenants of the declarative set-up. */
export function handleSetupSections(scope: Scope, store: Store): void {
  scope.handle('apply.sections', { as: 'wholesale' }, () => {
    const drafts = new WeakMap();
    const follow = async ({ withinMs }: { readonly withinMs: number }): Promise<NodesFollowing> =>
      await followNodes(store, scope.clock, withinMs);
    return [
      { ...setupSection(decksSpec(scope.clock), drafts), follow },
      { ...setupSection(trunksSpec, drafts), follow },
      { ...setupSection(profilesSpec, drafts), follow },
      { ...setupSection(tenantsSpec, drafts), follow },
    ];
  });
}
