import type { Terms } from './terms.ts';

/** The part of the terms that turns talk time into billed seconds. */
export type Increments = Pick<Terms, 'firstSeconds' | 'nextSeconds'>;

/**
 * The smallest `first + k·next` seconds that cover the exact talk time; 0 if there was no talk.
 * One millisecond pays the first increment: 205 s at 6/6 are 210, at 60/60 240, at 30/6 210.
 * Talk time comes from a monotonic clock and may have fractions of a millisecond.
 * Throws a RangeError if it is negative or no finite number: that is a bug of the caller.
 */
export function billedSeconds(increments: Increments, talkMs: number): number {
  if (!(talkMs >= 0 && talkMs <= Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(`talk time is 0 ms or more, got ${talkMs}`);
  }
  if (talkMs === 0) return 0;
  const beyondMs = talkMs - increments.firstSeconds * 1000;
  if (beyondMs <= 0) return increments.firstSeconds;
  // Remainder first: it is exact, where a rounded-up float quotient might swallow a millisecond.
  const nextMs = increments.nextSeconds * 1000;
  const restMs = beyondMs % nextMs;
  const count = (beyondMs - restMs) / nextMs + (restMs > 0 ? 1 : 0);
  return increments.firstSeconds + count * increments.nextSeconds;
}
