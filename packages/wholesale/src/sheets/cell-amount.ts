import type { Micros } from '@tandem/messages';
import { divHalfUp } from '@tandem/rating';
import type { Reading } from './reading.ts';

/** The decimal mark of a column; `mixed` = rows differ, so that unclear amounts are refused. */
export type DecimalMark = '.' | ',' | 'mixed';

/** What an amount is multiplied by to be a rate per minute, or a fee in whole units. */
export interface Scale {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** An amount as it stands. */
export const AS_IT_STANDS: Scale = { numerator: 1n, denominator: 1n };

const AMOUNT =
  /^([+-]?)\s*(?:[a-z]{3}|[$€£¥])?\s*([+-]?)(\d[\d.,' ]*|[.,]\d+)(?:e([+-]?\d{1,2}))?\s*(?:[a-z]{3}|[$€£¥])?$/i;
const TEXT_LENGTH_MAX = 40;
const WHOLE_MICROS = 10n ** 18n;
const MICRO_DECIMALS = 6;

/**
 * Finds a column's decimal mark from all of its amounts. Only such count as cannot be thousands:
 * `0,012` and `1,25` show a decimal comma, `1,234` shows nothing.
 */
export function decimalMarkOf(cells: Iterable<string>): DecimalMark {
  let hasPoint = false;
  let hasComma = false;
  let hasUnclearComma = false;
  for (const cell of cells) {
    const digits = AMOUNT.exec(cell.slice(0, TEXT_LENGTH_MAX))?.[3]?.trim();
    if (digits === undefined) continue;
    const mark = clearMarkOf(digits);
    if (mark === '.') hasPoint = true;
    else if (mark === ',') hasComma = true;
    else if (digits.includes(',')) hasUnclearComma = true;
  }
  if (hasPoint && hasComma) return 'mixed';
  // With no other hint 1,234 is a decimal: no minute of talk costs a thousand.
  return hasComma || (hasUnclearComma && !hasPoint) ? ',' : '.';
}

/**
 * Reads an amount: currency sign or code around it, thousands marks, decimal point or comma,
 * exponent. More than six decimals are rounded half up, with a remark. Negative ones are refused.
 */
export function readAmount(cell: string, mark: DecimalMark, scale = AS_IT_STANDS): Reading<Micros> {
  const match = cell.length > TEXT_LENGTH_MAX ? null : AMOUNT.exec(cell.trim());
  if (match === null) return { problem: 'expected an amount such as 0.0125' };
  if (match[1] === '-' || match[2] === '-') return { problem: 'the amount is negative' };
  const digits = (match[3] ?? '').trim();
  const used = clearMarkOf(digits) ?? mark;
  if (used === 'mixed' && /[.,]/.test(digits)) {
    return { problem: 'unclear whether this is a decimal mark; other rows use both' };
  }
  const [whole = '', fraction = '', ...more] = digits.split(used);
  if (more.length > 0) return { problem: 'expected an amount such as 0.0125' };
  const bare = (text: string) => text.replace(/[.,' ]/g, '');
  const decimals = bare(fraction).length - Number(match[4] ?? 0);
  return scaled(BigInt(bare(whole) + bare(fraction)), decimals, scale);
}

/** The decimal mark if the digits show it by themselves. */
function clearMarkOf(digits: string): '.' | ',' | undefined {
  const point = digits.lastIndexOf('.');
  const comma = digits.lastIndexOf(',');
  if (point < 0 && comma < 0) return undefined;
  if (point >= 0 && comma >= 0) return point > comma ? '.' : ',';
  const mark = point >= 0 ? '.' : ',';
  const [whole = '', fraction = '', ...more] = digits.split(mark);
  if (more.length > 0) return mark === '.' ? ',' : '.';
  const mayBeThousands = fraction.length === 3 && /^[1-9]\d{0,2}$/.test(whole);
  return mayBeThousands ? undefined : mark;
}

function scaled(digits: bigint, decimals: number, scale: Scale): Reading<Micros> {
  const shift = MICRO_DECIMALS - decimals;
  const dividend = digits * scale.numerator * (shift > 0 ? 10n ** BigInt(shift) : 1n);
  const divisor = scale.denominator * (shift < 0 ? 10n ** BigInt(-shift) : 1n);
  const value = divHalfUp(dividend, divisor);
  if (value >= WHOLE_MICROS) return { problem: 'the amount has more than 12 digits' };
  if (dividend % divisor === 0n) return { value };
  return { value, remark: 'more than six decimals: rounded half up' };
}
