import { type FrozenTerms, formatMicros, type Micros } from '@tandem/messages';
import type { CompiledDeck } from '@tandem/rating';
import type { Profile, TrunkRoute } from '../setup/profile.ts';
import type { Trunk } from '../setup/trunk.ts';
import type { BuyRates } from './buy-rates.ts';
import type { Candidate, Verdict } from './candidate.ts';

/** A call whose carriers are looked for. */
export interface RoutingCall {
  /** For routing: prefixes stripped, no `+`. */
  readonly called: string;
  /** The same of the caller, if it is a number; else empty. */
  readonly callerNumber: string;
  /** Epoch ms. */
  readonly at: number;
  readonly sell: FrozenTerms | undefined;
}

/** What a route is judged by beside the call. */
export interface RouteJudges {
  deckOf(trunk: Trunk): CompiledDeck | undefined;
  countryOf(number: string): string | undefined;
  /** Why the trunk can take no call just now; undefined if it can. */
  troubleOf(trunk: Trunk): string | undefined;
}

const UNMEANT = { isMatched: false } as const;

/** Says whether a route may carry a call, at what buy rate, or why not. */
export function judgeRoute(
  route: TrunkRoute,
  call: RoutingCall,
  profile: Profile,
  judges: RouteJudges,
  buyRates: BuyRates,
): Candidate {
  const refused = (verdict: Verdict, buy?: FrozenTerms): Candidate => ({ route, verdict, buy });
  const unmeant = unmeantFor(route, call, judges);
  if (unmeant !== undefined) return refused({ reason: unmeant, ...UNMEANT });
  if (!route.trunk.isActive) return refused({ reason: 'the trunk is not active', ...UNMEANT });
  if (!route.trunk.isOutbound || route.trunk.address === '') {
    return refused({ reason: 'the trunk carries no calls out', ...UNMEANT });
  }
  const { terms: buy, blockedBy } = buyRates.of(route.trunk);
  if (blockedBy !== undefined) {
    return refused({ reason: `blocked by deck ${blockedBy}`, isMatched: true });
  }
  const unpaid = unpaidBy(route.trunk, buy, call.sell, profile);
  if (unpaid !== undefined) return refused({ reason: unpaid, isMatched: true }, buy);
  const trouble = judges.troubleOf(route.trunk);
  if (trouble === undefined) return { route, verdict: undefined, buy };
  return refused({ reason: trouble, isMatched: true, isPassing: true }, buy);
}

function unmeantFor(route: TrunkRoute, call: RoutingCall, judges: RouteJudges): string | undefined {
  const { calledPrefix, callerPrefix, country, callerCountry, window } = route;
  if (!call.called.startsWith(calledPrefix)) {
    return `the number does not begin with ${calledPrefix}`;
  }
  if (!route.isActive) return 'the route is not active';
  if (!call.callerNumber.startsWith(callerPrefix)) {
    return `the caller does not begin with ${callerPrefix}`;
  }
  if (country !== '' && judges.countryOf(call.called) !== country) {
    return `the number is not of ${country}`;
  }
  if (callerCountry !== '' && judges.countryOf(call.callerNumber) !== callerCountry) {
    return `the caller is not of ${callerCountry}`;
  }
  return window?.has(call.at) === false ? 'outside its time window' : undefined;
}

function unpaidBy(
  trunk: Trunk,
  buy: FrozenTerms | undefined,
  sell: FrozenTerms | undefined,
  profile: Profile,
): string | undefined {
  if (buy === undefined) {
    if (profile.isUnpricedAllowed) return undefined;
    return trunk.deckId === undefined ? 'no buy deck' : 'no buy rate for the number';
  }
  const { maxRateMicros, minMarginMicros } = profile;
  const rate = buy.rateMicrosPerMinute;
  if (maxRateMicros !== undefined && rate > maxRateMicros) {
    return `buy rate ${formatMicros(rate)} is above ${formatMicros(maxRateMicros)}`;
  }
  if (sell === undefined) return undefined;
  if (sell.currency !== buy.currency) return `buys in ${buy.currency}, sold in ${sell.currency}`;
  const margin: Micros = sell.rateMicrosPerMinute - rate;
  if (margin >= minMarginMicros) return undefined;
  return `margin ${formatMicros(margin)} is below ${formatMicros(minMarginMicros)}`;
}
