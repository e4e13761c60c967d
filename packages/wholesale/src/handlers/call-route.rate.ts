import type { Scope } from '@tandem/engine';
import { formatMicros, type Refusal, refuse } from '@tandem/messages';
import type { CatalogueSource } from '../decks/catalogue.ts';
import type { CountryFinder } from '../numbers/country-finder.ts';
import { callerDigits } from '../numbers/dialled-number.ts';
import { ASK_BEHIND_DEADLINE_MS, askBehind } from '../routing/ask-behind.ts';
import { freezeTerms } from '../routing/frozen-terms.ts';
import { isJudgedElsewhere } from '../routing/judged-elsewhere.ts';
import { instantOf } from '../routing/route-test-fact.ts';
import { WholesaleCall } from '../routing/wholesale-call.ts';
import type { Tenant } from '../setup/trunk.ts';
import type { WholesaleConfig } from '../wholesale-config.ts';

/**
 * call.route: what does the tenant pay? Writes the sell terms into the call's facts, frozen, and
 * refuses what has no rate, is blocked, too dear, or in a country that the tenant may not call.
 */
export function handleRate(
  scope: Scope,
  source: CatalogueSource,
  countries: CountryFinder,
  config: WholesaleConfig,
): void {
  const options = {
    priority: config.ratePriority,
    as: 'wholesale.rate',
    deadlineMs: ASK_BEHIND_DEADLINE_MS,
  };
  scope.handle('call.route', options, (message) => {
    const { facts } = message;
    const { wholesale } = facts;
    const catalogue = source.current;
    if (!(wholesale instanceof WholesaleCall) || catalogue === undefined) return undefined;
    if (isJudgedElsewhere(message)) return undefined;
    const { called, caller } = wholesale;
    const tenant = catalogue.setup.tenant(wholesale.tenant.id);
    const deck = tenant?.deckId === undefined ? undefined : catalogue.decks.get(tenant.deckId);
    const match = deck?.lookup(called, callerDigits(caller), instantOf(message));
    if (tenant === undefined || deck === undefined || match === undefined) {
      const where = deck === undefined ? 'the tenant has no deck' : `deck ${deck.header.name}`;
      const refusal = refuse('norate', `no rate for ${called}: ${where}`);
      return askBehind(scope, message, config.routesPriority, refusal);
    }
    if (match.isBlocked) {
      return refuse('norate', `${match.prefix} is blocked by deck ${deck.header.name}`);
    }
    const { rateMicrosPerMinute } = match;
    wholesale.sell = freezeTerms(deck.header, match);
    return guardedBy(tenant, called, rateMicrosPerMinute, countries);
  });
}

/** Guards against toll fraud, on unless somebody said otherwise. */
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
