import type { Bus, Clock, Log, TimerWheel } from '@tandem/engine';
import type { NodeIdentity } from '@tandem/messages';
import type { Holds } from './admission/holds.ts';
import type { LocalLimits } from './admission/local-limits.ts';
import type { Policies } from './admission/policies.ts';
import type { ChargeBook } from './charge/charge-book.ts';
import type { LedgerConfig } from './config.ts';
import type { Journal } from './journal/journal.ts';
import type { DatabaseTime } from './lease/database-time.ts';
import type { Lease } from './lease/lease.ts';
import type { SettlementQueue } from './settlement/settlement-queue.ts';

/** What the handlers of one ledger share. */
export interface LedgerParts {
  readonly identity: NodeIdentity;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  readonly log: Log;
  readonly lease: Lease;
  readonly time: DatabaseTime;
  readonly book: ChargeBook;
  readonly holds: Holds;
  readonly journal: Journal;
  readonly queue: SettlementQueue;
  readonly limits: LocalLimits;
  readonly policies: Policies;
  /** As of the last reload. */
  config: LedgerConfig;
  /** What earlier boots left is in the database: calls may be taken. */
  isReplayed: boolean;
}
