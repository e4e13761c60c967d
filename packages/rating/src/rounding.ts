/**
 * How a division of money ends. `halfUp` (the default everywhere): nearest, ties away from zero,
 * as Postgres rounds `numeric`. `halfEven`: nearest, ties to the even neighbour. `up`: away from
 * zero. `down`: towards zero. All four treat a credit as the mirror image of a charge.
 */
export type Rounding = 'halfUp' | 'halfEven' | 'up' | 'down';

/** The roundings a deck may name, the default first. */
export const ROUNDINGS: readonly Rounding[] = ['halfUp', 'halfEven', 'up', 'down'];

/** Whether a text names a rounding. */
export function isRounding(text: string): text is Rounding {
  return (ROUNDINGS as readonly string[]).includes(text);
}

/** Divides, rounding to the nearest integer, ties away from zero. The divisor is positive. */
export function divHalfUp(dividend: bigint, divisor: bigint): bigint {
  const rest = magnitudeOf(restOf(dividend, divisor));
  return rest * 2n >= divisor ? awayFromZero(dividend, divisor) : dividend / divisor;
}

/** Divides, rounding to the nearest integer, ties to the even one. The divisor is positive. */
export function divHalfEven(dividend: bigint, divisor: bigint): bigint {
  const twice = magnitudeOf(restOf(dividend, divisor)) * 2n;
  const quotient = dividend / divisor;
  const isAway = twice > divisor || (twice === divisor && quotient % 2n !== 0n);
  return isAway ? awayFromZero(dividend, divisor) : quotient;
}

/** Divides, rounding away from zero. The divisor is positive. */
export function divUp(dividend: bigint, divisor: bigint): bigint {
  return restOf(dividend, divisor) === 0n ? dividend / divisor : awayFromZero(dividend, divisor);
}

/** Divides, rounding towards zero: what is left over is dropped. The divisor is positive. */
export function divDown(dividend: bigint, divisor: bigint): bigint {
  return (dividend - restOf(dividend, divisor)) / divisor;
}

const DIVISIONS: Readonly<Record<Rounding, (dividend: bigint, divisor: bigint) => bigint>> = {
  halfUp: divHalfUp,
  halfEven: divHalfEven,
  up: divUp,
  down: divDown,
};

/** Divides with the rounding that a deck names. The divisor is positive. */
export function divide(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  return DIVISIONS[rounding](dividend, divisor);
}

/**
 * The largest dividend whose quotient does not exceed `quotient`: the exact inverse of
 * {@link divide}, by which talk time is found from an amount. `quotient` is not negative.
 */
export function largestDividend(quotient: bigint, divisor: bigint, rounding: Rounding): bigint {
  return LARGEST_DIVIDENDS[rounding](quotient, divisor);
}

const LARGEST_DIVIDENDS: typeof DIVISIONS = {
  up: (quotient, divisor) => quotient * divisor,
  down: (quotient, divisor) => (quotient + 1n) * divisor - 1n,
  halfUp: (quotient, divisor) => divDown((2n * quotient + 1n) * divisor - 1n, 2n),
  // A tie goes to the even neighbour: it still belongs to an even quotient, not to an odd one.
  halfEven: (quotient, divisor) =>
    divDown((2n * quotient + 1n) * divisor - (quotient % 2n === 0n ? 0n : 1n), 2n),
};

function restOf(dividend: bigint, divisor: bigint): bigint {
  if (divisor <= 0n) throw new RangeError(`the divisor is positive, got ${divisor}`);
  return dividend % divisor;
}

function awayFromZero(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend < 0n ? quotient - 1n : quotient + 1n;
}

function magnitudeOf(value: bigint): bigint {
  return value < 0n ? -value : value;
}
