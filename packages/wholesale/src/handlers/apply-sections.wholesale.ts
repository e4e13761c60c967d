import type { Scope } from '@tandem/engine';
import { decksSpec } from '../apply/decks-spec.ts';
import { profilesSpec } from '../apply/profiles-spec.ts';
import { setupSection } from '../apply/setup-section.ts';
import { tenantsSpec } from '../apply/tenants-spec.ts';
import { trunksSpec } from '../apply/trunks-spec.ts';

/** apply.sections: the lists decks, trunks, profiles and tenants of the declarative set-up. */
export function handleSetupSections(scope: Scope): void {
  scope.handle('apply.sections', { as: 'wholesale' }, () => {
    const drafts = new WeakMap();
    return [
      setupSection(decksSpec(scope.clock), drafts),
      setupSection(trunksSpec, drafts),
      setupSection(profilesSpec, drafts),
      setupSection(tenantsSpec, drafts),
    ];
  });
}
