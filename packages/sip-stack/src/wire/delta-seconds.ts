import { parseDecimal } from './characters.ts';
import { Params, parseParams } from './params.ts';

/** Longest time a header can name, seconds (RFC 3261 §20.19). */
export const DELTA_SECONDS_MAX = 2 ** 32 - 1;

/**
 * Reads Expires, Min-Expires, Min-SE or Max-Forwards: a number and nothing else, parameters aside.
 * One too large is cut to 2^32 − 1, as RFC 4475 §3.1.2.4 wants; undefined for anything else.
 */
export function parseDeltaSeconds(value: string): number | undefined {
  const digits = /^(\d+)[ \t]*(?:;|$)/.exec(value)?.[1];
  if (digits === undefined) return undefined;
  return parseDecimal(digits, DELTA_SECONDS_MAX) ?? DELTA_SECONDS_MAX;
}

/** The time to wait before asking again, seconds (RFC 3261 §20.33); comment and parameters aside. */
export function parseRetryAfter(value: string): number | undefined {
  const digits = /^(\d+)[ \t]*(?:[;(]|$)/.exec(value)?.[1];
  if (digits === undefined) return undefined;
  return parseDecimal(digits, DELTA_SECONDS_MAX) ?? DELTA_SECONDS_MAX;
}

/** How long a session lives without a refresh and who refreshes it (RFC 4028 §4). */
export interface SessionExpires {
  readonly seconds: number;
  /** Undefined where it is left to the other side, or names nobody that exists. */
  readonly refresher: 'uac' | 'uas' | undefined;
}

/** Reads Session-Expires (or its compact form x); undefined where it is broken. */
export function parseSessionExpires(value: string): SessionExpires | undefined {
  const seconds = parseDeltaSeconds(value);
  const semicolon = value.indexOf(';');
  const params = semicolon < 0 ? Params.none : parseParams(value, semicolon);
  if (seconds === undefined || params === undefined) return undefined;
  const refresher = params.get('refresher')?.toLowerCase();
  return {
    seconds,
    refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined,
  };
}
