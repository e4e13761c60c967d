import { type FrozenTerms, formatMicros, type Refusal, refuse } from '@tandem/messages';
import type { Catalogue } from '../decks/catalogue.ts';
import type { CountryFinder } from '../numbers/country-finder.ts';
import { callerDigits } from '../numbers/dialled-number.ts';
import type { Tenant } from '../setup/trunk.ts';
import { freezeTerms } from './frozen-terms.ts';

/** What a tenant pays for a call, or why he does not get it. */
export interface RatedCall {
  readonly sell?: FrozenTerms | undefined;
  readonly refusal?: Refusal | undefined;
  /** Nobody has set a rate: somebody behind may carry the call without one. */
  readonly isUnrated: boolean;
}

/** A call as rating sees it: numbers without `+`, and the instant, epoch ms. */
export interface RateableCall {
  readonly called: string;
  readonly caller: string;
  readonly at: number;
}

/**
 * Finds what a tenant pays by his deck, and whether he may call that at all: blocked, above his
 * highest rate, and countries he has not named are refused. The last two guard against toll fraud
 * and are on unless somebody said otherwise.
 */
export function rateCall(
  { decks }: Catalogue,
  tenant: Tenant | undefined,
  { called, caller, at }: RateableCall,
  countries: CountryFinder,
): RatedCall {
  const deck = tenant?.deckId === undefined ? undefined : decks.get(tenant.deckId);
  const match = deck?.lookup(called, callerDigits(caller), at);
  if (tenant === undefined || deck === undefined || match === undefined) {
    const where = deck === undefined ? 'the tenant has no deck' : `deck ${deck.header.name}`;
    return { refusal: refuse('norate', `no rate for ${called}: ${where}`), isUnrated: true };
  }
  if (match.isBlocked) {
    const refusal = refuse('norate', `${match.prefix} is blocked by deck ${deck.header.name}`);
    return { refusal, isUnrated: false };
  }
  const sell = freezeTerms(deck.header, match);
  const refusal = guardedBy(tenant, called, match.rateMicrosPerMinute, countries);
  return { sell, refusal, isUnrated: false };
}

function guardedBy(
  { party, countries, maxRateMicros }: Tenant,
  called: string,
  rateMicros: bigint,
  finder: CountryFinder,
): Refusal | undefined {
  if (maxRateMicros !== undefined && rateMicros > maxRateMicros) {
    const most = formatMicros(maxRateMicros);
    const rate = formatMicros(rateMicros);
    return refuse('forbidden', `rate ${rate} is above ${most}, the maxRate of ${party.name}`);
  }
  if (countries === undefined) return undefined;
  const country = finder.countryOf(called);
  if (country !== undefined && countries.has(country)) return undefined;
  return refuse('forbidden', `${country ?? 'no country'} is not among those of ${party.name}`);
}
