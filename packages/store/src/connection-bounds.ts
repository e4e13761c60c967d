/** The bounds of one pool of connections. */
export interface ConnectionBounds {
  /** Connections at most. */
  readonly poolSize: number;
  /** Longest wait for a connection: a free one of the pool, or a new one. */
  readonly connectTimeoutMs: number;
  /** Longest run of one statement; Postgres itself cancels it (SQLSTATE 57014). */
  readonly statementTimeoutMs: number;
  /** An unused connection is closed after this. */
  readonly idleTimeoutMs: number;
  /** Statements that may wait for a connection; one more is refused with STORE_BUSY. */
  readonly waitingMax: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
}

/** The bounds used where nothing else is said. */
export const DEFAULT_BOUNDS: ConnectionBounds = {
  poolSize: 10,
  connectTimeoutMs: 3_000,
  statementTimeoutMs: 10_000,
  idleTimeoutMs: 30_000,
  waitingMax: 1_000,
  applicationName: 'tandem',
};

/**
 * How much later than Postgres we give up ourselves. It only happens when the server hangs or
 * the network swallows the answer; the outcome is unknown then.
 */
export const ANSWER_GRACE_MS = 1_000;
