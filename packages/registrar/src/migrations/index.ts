import type { FeatureMigrations } from '@tandem/store';
import { usersAndRegistrations } from './001-users.ts';
import { registerContacts } from './002-register-contacts.ts';
import { userNotices } from './003-user-notices.ts';

/** The registrar's tables, step by step. */
export const registrarMigrations: FeatureMigrations = {
  feature: 'registrar',
  migrations: [usersAndRegistrations, registerContacts, userNotices],
};
