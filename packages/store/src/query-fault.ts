import { TandemError } from '@tandem/engine';
import { DatabaseError } from 'pg';
import { outcomeOf } from './outcome.ts';

/** Answers to a connection attempt that mean "later": starting up, shutting down, crashed. */
const NOT_NOW_STATES = new Set(['57P01', '57P02', '57P03']);

/** Names the fault of an attempt to connect: nothing was sent. */
export function connectFault(error: unknown, where: string): TandemError {
  if (error instanceof TandemError) return error;
  const details = { where, reason: reasonOf(error) };
  if (error instanceof DatabaseError && !NOT_NOW_STATES.has(error.code ?? '')) {
    const refused = { ...details, sqlState: error.code };
    return new TandemError('STORE_REFUSED', refused, { cause: error });
  }
  return new TandemError('STORE_UNREACHABLE', details, { cause: error });
}

/** Names the fault of a statement that was sent, or was about to be, on an open connection. */
export function statementFault(error: unknown): TandemError {
  if (error instanceof TandemError) return error;
  if (error instanceof DatabaseError && outcomeOf(error) !== 'unknown') {
    return new TandemError('STORE_STATEMENT_FAILED', describe(error), { cause: error });
  }
  // What cannot be written as a parameter fails here before anything is sent.
  if (error instanceof TypeError || error instanceof RangeError) {
    const details = { reason: error.message };
    return new TandemError('STORE_STATEMENT_FAILED', details, { cause: error });
  }
  const details = { reason: reasonOf(error) };
  return new TandemError('STORE_CONNECTION_LOST', details, { cause: error });
}

function describe(error: DatabaseError): Record<string, unknown> {
  const { code, table, constraint, column } = error;
  const named = { table, constraint, column };
  const known = Object.entries(named).filter(([, value]) => value !== undefined);
  return { sqlState: code, reason: error.message, ...Object.fromEntries(known) };
}

/** A host with several addresses fails with an AggregateError that has no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
