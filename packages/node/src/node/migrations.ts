import { ledgerMigrations } from '@tandem/ledger';
import { registrarMigrations } from '@tandem/registrar';
import type { FeatureMigrations } from '@tandem/store';
import { wholesaleMigrations } from '@tandem/wholesale';

/** The tables of all features in the box, in the order in which they refer to each other. */
export const migrations: readonly FeatureMigrations[] = [
  registrarMigrations,
  wholesaleMigrations,
  ledgerMigrations,
];
