import { registrarMigrations } from '@tandem/registrar';
import type { FeatureMigrations } from '@tandem/store';

/** The tables of all features in the box. */
export const migrations: readonly FeatureMigrations[] = [registrarMigrations];
