export {
  type ColumnType,
  type Generated,
  type GeneratedAlways,
  type Insertable,
  type Kysely,
  type Selectable,
  sql,
  type Transaction,
  type Updateable,
} from 'kysely';
export type { StateListener, StoreState } from './availability.ts';
export { type ConnectionBounds, DEFAULT_BOUNDS } from './connection-bounds.ts';
export { checkDatabaseUrl, showDatabaseUrl } from './database-url.ts';
export type { Durability } from './durability.ts';
export { EmbeddedServer, type EmbeddedServerOptions } from './embedded/embedded-server.ts';
export { storeFaults } from './faults.ts';
export { Lane } from './lane.ts';
export { silentLog, type StoreLog, type StoreLogLine } from './log.ts';
export type { MigrationResult } from './migrate.ts';
export type { FeatureMigrations, Migration, MigrationName } from './migration.ts';
export { type NoticeListener, Notices, type StopListening } from './notices.ts';
export { openStore, type StoreOptions } from './open-store.ts';
export { outcomeOf, type StatementOutcome } from './outcome.ts';
export { sqlStateOf } from './sql-state.ts';
export { Store } from './store.ts';
export { type CopySource, StoreTransaction } from './transaction.ts';
