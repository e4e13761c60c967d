export { ledgerMigrations } from './migrations/index.ts';
