import type { Scope } from '@tandem/engine';
import type { CatalogueSource } from '../decks/catalogue.ts';
import type { CountryFinder } from '../numbers/country-finder.ts';
import { ASK_BEHIND_DEADLINE_MS, askBehind } from '../routing/ask-behind.ts';
import { isJudgedElsewhere } from '../routing/judged-elsewhere.ts';
import { rateCall } from '../routing/rate-call.ts';
import { instantOf } from '../routing/route-test-fact.ts';
import { WholesaleCall } from '../routing/wholesale-call.ts';
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
    const call = { called, caller, at: instantOf(message) };
    const { sell, refusal, isUnrated } = rateCall(catalogue, tenant, call, countries);
    wholesale.sell = sell;
    if (refusal === undefined || !isUnrated) return refusal;
    return askBehind(scope, message, config.routesPriority, refusal);
  });
}
