import type { Micros } from '@tandem/messages';

/** What {@link readMicros} made of a text: the amount, or a sentence saying what is wrong. */
export type ReadMicros = { readonly micros: Micros } | { readonly problem: string };

const DECIMALS = 6;
/** Digits before the point that `numeric(18,6)` holds. */
const WHOLE_DIGITS = 12;
/** Longer texts are not looked at: no amount needs them, and matching them costs time. */
const TEXT_LENGTH_MAX = 64;
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?$/;

/**
 * Reads a decimal string such as `0.10`, `-5` or `.025`: a sign, up to 12 digits, a point and up
 * to 6 decimals (zeros beyond them are accepted, for they say nothing). No exponent, no thousands
 * mark, no decimal comma, no spaces. Never throws and never rounds: what does not fit is a problem.
 */
export function readMicros(text: string): ReadMicros {
  const match = text.length <= TEXT_LENGTH_MAX ? DECIMAL.exec(text) : null;
  const whole = match?.[2] ?? '';
  const decimals = (match?.[3] ?? '').replace(/0+$/, '');
  if (match === null || (whole === '' && (match[3] ?? '') === '')) {
    return { problem: `expected a decimal number such as 0.10, got ${quote(text)}` };
  }
  if (decimals.length > DECIMALS) {
    return { problem: `expected at most ${DECIMALS} decimals, got ${quote(text)}` };
  }
  if (whole.replace(/^0+/, '').length > WHOLE_DIGITS) {
    return {
      problem: `expected at most ${WHOLE_DIGITS} digits before the point, got ${quote(text)}`,
    };
  }
  const magnitude = BigInt(whole + decimals.padEnd(DECIMALS, '0'));
  return { micros: match[1] === '-' ? -magnitude : magnitude };
}

/**
 * Reads a decimal string that is known to be money: a constant, or a `numeric` column.
 * Throws a RangeError with the problem of {@link readMicros}; for input use that one.
 */
export function toMicros(text: string): Micros {
  const read = readMicros(text);
  if ('problem' in read) throw new RangeError(read.problem);
  return read.micros;
}

/** At most this much of a text is repeated in a problem: what is wrong may also be long. */
const QUOTED_LENGTH = 40;

function quote(text: string): string {
  if (text === '') return 'nothing';
  return JSON.stringify(text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text);
}
