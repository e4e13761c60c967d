declare const inMicros: unique symbol;

/**
 * An amount of money, or a rate per minute, in millionths of its currency's unit. The currency
 * stands beside it, never in it. Add and compare as bigint, and brand the result with {@link micros}.
 */
export type Micros = bigint & { readonly [inMicros]: true };

/** What {@link parseMicros} made of a text: the amount, or a sentence saying what is wrong. */
export type ParsedMicros = { readonly micros: Micros } | { readonly problem: string };

/** Micro-units in one unit of currency. */
export const MICROS_PER_UNIT = 1_000_000n;

const DECIMALS = 6;
/** Digits before the point that `numeric(18,6)` holds. */
const WHOLE_DIGITS = 12;
/** Longer texts are not looked at: no amount needs them, and matching them costs time. */
const TEXT_LENGTH_MAX = 64;
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?$/;

/** Brands a count of micro-units as money; for results of bigint arithmetic. */
export function micros(count: bigint): Micros {
  return count as Micros;
}

/** No money at all. */
export const NO_MICROS = micros(0n);

/**
 * Reads a decimal string such as `0.10`, `-5` or `.025`: a sign, up to 12 digits, a point and up
 * to 6 decimals (zeros beyond them are accepted, for they say nothing). No exponent, no thousands
 * mark, no decimal comma, no spaces. Never throws and never rounds: what does not fit is a problem.
 */
export function parseMicros(text: string): ParsedMicros {
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
  return { micros: micros(match[1] === '-' ? -magnitude : magnitude) };
}

/**
 * Reads a decimal string that is known to be money: a constant, or a `numeric` column.
 * Throws a RangeError with the problem of {@link parseMicros}; for input use that one.
 */
export function toMicros(text: string): Micros {
  const parsed = parseMicros(text);
  if ('problem' in parsed) throw new RangeError(parsed.problem);
  return parsed.micros;
}

/** Writes an amount with exactly six decimals, as JSON and `numeric(18,6)` have it: `-0.050000`. */
export function formatMicros(amount: Micros): string {
  const magnitude = amount < 0n ? amount * -1n : amount;
  const whole = magnitude / MICROS_PER_UNIT;
  const decimals = String(magnitude % MICROS_PER_UNIT).padStart(DECIMALS, '0');
  return `${amount < 0n ? '-' : ''}${whole}.${decimals}`;
}

/** At most this much of a text is repeated in a problem: what is wrong may also be long. */
const QUOTED_LENGTH = 40;

function quote(text: string): string {
  if (text === '') return 'nothing';
  return JSON.stringify(text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text);
}
