import type { Scope } from '@tandem/engine';
import { usersSection } from '../users-section.ts';

/** apply.sections: the list `users` of the declarative set-up. */
export function handleUsersSection(scope: Scope, realm: string): void {
  scope.handle('apply.sections', { as: 'registrar' }, () => [usersSection(realm)]);
}
