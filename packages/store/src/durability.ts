import type { Connections } from './connections.ts';

/** What the server promises about a COMMIT it has acknowledged. */
export interface Durability {
  /** Off: a crash of the machine loses and corrupts. */
  readonly fsync: boolean;
  readonly fullPageWrites: boolean;
  /** `off` acknowledges before the disk; `local` before a standby. */
  readonly synchronousCommit: string;
  /** Empty: a failover may lose acknowledged commits. */
  readonly synchronousStandbyNames: string;
  /** A standby takes no writes. */
  readonly isStandby: boolean;
  /** Rises with each failover and point-in-time recovery. */
  readonly timelineId: number;
}

const QUESTION = `
  select current_setting('fsync') = 'on' as "fsync",
         current_setting('full_page_writes') = 'on' as "fullPageWrites",
         current_setting('synchronous_commit') as "synchronousCommit",
         current_setting('synchronous_standby_names') as "synchronousStandbyNames",
         pg_is_in_recovery() as "isStandby",
         (select timeline_id from pg_control_checkpoint()) as "timelineId"`;

/** Reads it from the server, for `tandem check` and whoever must trust a commit. */
export async function readDurability(connections: Connections): Promise<Durability> {
  const [row] = await connections.call<Durability>(QUESTION, []);
  if (row === undefined) throw new Error('a select without from has one row');
  return row;
}
