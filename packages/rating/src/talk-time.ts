import type { Micros } from '@tandem/messages';
import { largestDividend } from './rounding.ts';
import type { Terms } from './terms.ts';

const SECONDS_PER_MINUTE = 60n;

/**
 * The longest talk that an amount pays for, in ms: the exact inverse of `priceOf`. Talk of that
 * length costs no more than the amount, one millisecond more costs more. 0 if the amount does not
 * pay the connect fee and the first increment; Infinity if time costs nothing.
 */
export function talkMsFor(amountMicros: Micros, terms: Terms): number {
  if (amountMicros < 0n) return 0;
  const sixtieths = largestDividend(amountMicros, SECONDS_PER_MINUTE, terms.rounding);
  const forTalk = sixtieths - terms.connectFeeMicros * SECONDS_PER_MINUTE;
  if (forTalk < 0n) return 0;
  if (terms.rateMicrosPerMinute === 0n) return Infinity;
  const payable = forTalk / terms.rateMicrosPerMinute;
  const first = BigInt(terms.firstSeconds);
  if (payable < first) return 0;
  const next = BigInt(terms.nextSeconds);
  const paidMs = (first + ((payable - first) / next) * next) * 1000n;
  // Beyond this no talk time can be told apart, nor will anybody talk so long.
  return paidMs > Number.MAX_SAFE_INTEGER ? Infinity : Number(paidMs);
}
