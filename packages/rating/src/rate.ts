import { prefixProblem } from './prefix-symbols.ts';
import { type Terms, termsProblem } from './terms.ts';

/** One dated rate of a deck. A deck's rounding stands beside its rates, not in them. */
export interface Rate extends RatedPrefixes, DatedTerms {}

/** Which calls a rate is for. */
export interface RatedPrefixes {
  /** Digits, `*` and `#`, up to 24; "" is the default for every number. */
  readonly prefix: string;
  /** The same for the caller's number; "" is this prefix's default for every caller. */
  readonly callerPrefix: string;
}

/** What a rate says of its calls: thousands of prefixes share the same. */
export interface DatedTerms extends Omit<Terms, 'rounding'> {
  /** From this instant on, epoch ms. */
  readonly effectiveAt: number;
  /** Up to but without this instant, epoch ms; null = until further notice. */
  readonly endsAt: number | null;
  /** Calls to this prefix are refused; the money fields say nothing. */
  readonly isBlocked: boolean;
}

/** The rate that counts for a call: with its deck's rounding it is the terms that price it. */
export interface RateMatch extends Rate, Terms {}

/** Says in one sentence what makes a rate unusable, or `undefined` if it is sound. */
export function rateProblem(rate: Rate): string | undefined {
  return prefixesProblem(rate) ?? datedTermsProblem(rate);
}

/** Says in one sentence why no rate can be for such prefixes, or `undefined` if one can. */
export function prefixesProblem({ prefix, callerPrefix }: RatedPrefixes): string | undefined {
  const problem = prefixProblem(prefix);
  if (problem !== undefined) return problem;
  const callerProblem = prefixProblem(callerPrefix);
  return callerProblem === undefined ? undefined : `caller ${callerProblem}`;
}

/**
 * Says in one sentence what makes dated terms unusable, or `undefined` if they are sound: an
 * instant that is none, an end not after the beginning, unsound terms.
 */
export function datedTermsProblem(terms: DatedTerms): string | undefined {
  return datesProblem(terms) ?? termsProblem(terms);
}

function datesProblem({ effectiveAt, endsAt }: DatedTerms): string | undefined {
  if (!Number.isSafeInteger(effectiveAt)) return `effective time is no instant: ${effectiveAt}`;
  if (endsAt === null) return undefined;
  if (!Number.isSafeInteger(endsAt)) return `end time is no instant: ${endsAt}`;
  return endsAt > effectiveAt ? undefined : 'rate ends before it begins';
}
