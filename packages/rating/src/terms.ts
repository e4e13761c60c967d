import { formatMicros, type Micros } from '@tandem/messages';
import type { Rounding } from './rounding.ts';

/**
 * What a call costs: frozen on the hold, the journal record and the CDR when the call is admitted,
 * so that settlement reads no deck (money rule R18).
 */
export interface Terms {
  /** Price of 60 billed seconds. */
  readonly rateMicrosPerMinute: Micros;
  /** The first increment: what the first millisecond of talk pays. May be 0. */
  readonly firstSeconds: number;
  /** Every further increment; at least 1. */
  readonly nextSeconds: number;
  /** Paid once by every answered call. */
  readonly connectFeeMicros: Micros;
  readonly rounding: Rounding;
}

/** The longest increment that terms may have: one day. */
export const INCREMENT_SECONDS_MAX = 86_400;

/** The largest rate or fee that `numeric(18,6)` holds. */
const MICROS_MAX = 10n ** 18n - 1n;

/**
 * Says in one sentence what makes terms unusable, or `undefined` if they are sound: money negative
 * or beyond `numeric(18,6)`, a first increment not within 0 to 86,400 whole seconds, a next one
 * not within 1 to 86,400.
 */
export function termsProblem(terms: Omit<Terms, 'rounding'>): string | undefined {
  return (
    moneyProblem('rate', terms.rateMicrosPerMinute) ??
    moneyProblem('connect fee', terms.connectFeeMicros) ??
    incrementProblem('first increment', terms.firstSeconds, 0) ??
    incrementProblem('next increment', terms.nextSeconds, 1)
  );
}

function moneyProblem(name: string, amount: Micros): string | undefined {
  if (amount >= 0n && amount <= MICROS_MAX) return undefined;
  const wrong = amount < 0n ? 'negative' : 'too large';
  return `${name} is ${wrong}: ${formatMicros(amount)}`;
}

function incrementProblem(name: string, seconds: number, least: number): string | undefined {
  if (Number.isInteger(seconds) && seconds >= least && seconds <= INCREMENT_SECONDS_MAX) {
    return undefined;
  }
  return `${name} is not ${least} to ${INCREMENT_SECONDS_MAX} whole seconds: ${seconds}`;
}
