import { isFault } from '@tandem/engine';
import { sqlStateOf } from './sql-state.ts';

/**
 * What a failed statement means for whoever must write it exactly once.
 * - `rolledback`: nothing was kept, and the same again may succeed: retry whole.
 * - `bad-row`: nothing was kept, and a row of the batch is at fault: split until it is alone.
 * - `unknown`: it may have been carried out: ask again under the same id, or write a tombstone.
 * - `other`: nothing was kept, and the same again fails again: a fault of program or layout.
 */
export type StatementOutcome = 'rolledback' | 'bad-row' | 'unknown' | 'other';

/** States that say "try again": cancelled or timed out, lock taken, read-only after a failover. */
const ROLLED_BACK_STATES = new Set(['57014', '55P03', '57P03', '25006', '25P03', '25P04']);
/** Class 40 is the rollback class, 53 is "out of resources"; both pass. */
const ROLLED_BACK_CLASSES = new Set(['40', '53']);
/** Data exceptions and violated constraints. */
const BAD_ROW_CLASSES = new Set(['22', '23']);
/** The connection class; 57P01 and 57P02 end the session; 40003 says itself that it cannot know. */
const UNKNOWN_CLASSES = new Set(['08']);
const UNKNOWN_STATES = new Set(['57P01', '57P02', '57P05', '40003']);
const NETWORK_CODES = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ENOTCONN']);
/** A prepared statement outlived a change of its tables; it is prepared anew at the next try. */
const STALE_PLAN = /cached plan must not change result type/u;

/** Tells the outcome of a statement from its error, raw or wrapped, by SQLSTATE. Never throws. */
export function outcomeOf(error: unknown): StatementOutcome {
  if (isFault(error, 'STORE_UNREACHABLE') || isFault(error, 'STORE_REFUSED')) return 'rolledback';
  if (isFault(error, 'STORE_BUSY')) return 'rolledback';
  if (isFault(error, 'STORE_CONNECTION_LOST')) return 'unknown';
  const state = sqlStateOf(error);
  if (state !== undefined) return outcomeOfState(state, error);
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && NETWORK_CODES.has(code) ? 'unknown' : 'other';
}

/** Whether the error says that a prepared statement no longer fits its tables. */
export function isStalePlan(error: unknown): boolean {
  return error instanceof Error && STALE_PLAN.test(error.message);
}

function outcomeOfState(state: string, error: unknown): StatementOutcome {
  const stateClass = state.slice(0, 2);
  if (UNKNOWN_STATES.has(state) || UNKNOWN_CLASSES.has(stateClass)) return 'unknown';
  if (BAD_ROW_CLASSES.has(stateClass)) return 'bad-row';
  if (ROLLED_BACK_STATES.has(state) || ROLLED_BACK_CLASSES.has(stateClass)) return 'rolledback';
  if (state === '0A000' && isStalePlan(error)) return 'rolledback';
  return 'other';
}
