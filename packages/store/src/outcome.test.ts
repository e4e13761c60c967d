import { TandemError } from '@tandem/engine';
import { describe, expect, it } from 'vitest';
import { outcomeOf, type StatementOutcome } from './outcome.ts';

const withState = (code: string, message = 'refused') =>
  Object.assign(new Error(message), { code });

describe('the outcome of a failed statement', () => {
  it.each<[string, StatementOutcome]>([
    ['57014', 'rolledback'],
    ['40P01', 'rolledback'],
    ['40001', 'rolledback'],
    ['55P03', 'rolledback'],
    ['53300', 'rolledback'],
    ['25006', 'rolledback'],
    ['25P03', 'rolledback'],
    ['22003', 'bad-row'],
    ['22P02', 'bad-row'],
    ['23505', 'bad-row'],
    ['23514', 'bad-row'],
    ['40003', 'unknown'],
    ['08006', 'unknown'],
    ['57P01', 'unknown'],
    ['57P02', 'unknown'],
    ['ECONNRESET', 'unknown'],
    ['EPIPE', 'unknown'],
    ['42P01', 'other'],
    ['0A000', 'other'],
    ['P0001', 'other'],
    ['ENOENT', 'other'],
  ])('%s is %s', (code, outcome) => {
    expect(outcomeOf(withState(code))).toBe(outcome);
  });

  it('is kept when the error is wrapped, twice', () => {
    const wrapped = new TandemError('STORE_STATEMENT_FAILED', {}, { cause: withState('23505') });
    expect(outcomeOf(new Error('settling', { cause: wrapped }))).toBe('bad-row');
  });

  it('is "rolled back" when nothing was sent', () => {
    expect(outcomeOf(new TandemError('STORE_UNREACHABLE'))).toBe('rolledback');
    expect(outcomeOf(new TandemError('STORE_REFUSED'))).toBe('rolledback');
    expect(outcomeOf(new TandemError('STORE_BUSY'))).toBe('rolledback');
  });

  it('is unknown when the connection was lost, whatever was seen before', () => {
    const cause = withState('23505');
    expect(outcomeOf(new TandemError('STORE_CONNECTION_LOST', {}, { cause }))).toBe('unknown');
  });

  it('is "rolled back" for a prepared statement whose table has changed', () => {
    const stale = withState('0A000', 'cached plan must not change result type');
    expect(outcomeOf(stale)).toBe('rolledback');
  });

  it('is "other" for what is no database error at all', () => {
    for (const thrown of [new Error('bug'), 'text', undefined, null, 7]) {
      expect(outcomeOf(thrown)).toBe('other');
    }
  });
});
