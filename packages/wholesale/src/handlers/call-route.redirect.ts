import type { Message, Scope } from '@tandem/engine';
import { isRefusal, type Refusal, refuse, type Route } from '@tandem/messages';
import type { Catalogue } from '../decks/catalogue.ts';
import { callerDigits, routingNumber, withoutSeparators } from '../numbers/dialled-number.ts';
import { findRoute } from '../routing/find-route.ts';
import { isDearer } from '../routing/is-dearer.ts';
import { narrowHeaders } from '../routing/narrow-headers.ts';
import { rateCall } from '../routing/rate-call.ts';
import { finderOf, type RouteSources } from '../routing/route-sources.ts';
import { WholesaleCall } from '../routing/wholesale-call.ts';
import type { Profile } from '../setup/profile.ts';
import type { WholesaleConfig } from '../wholesale-config.ts';

/**
 * call.route of a call that a carrier redirected (3xx): rated anew for its tenant, by all his
 * guards, and let through only where it costs him no more than he was admitted with; those terms
 * stay. Carriers are chosen and paid for the number that is called now, without the one that sent
 * it away. A redirected call of nobody is left to those behind.
 */
export function handleRedirect(scope: Scope, sources: RouteSources, config: WholesaleConfig): void {
  const options = { priority: config.tenantPriority, as: 'wholesale.redirect' };
  scope.handle('call.route', options, (message) => {
    const { redirect, wholesale } = message.facts;
    const catalogue = sources.catalogue.current;
    if (redirect === undefined || !(wholesale instanceof WholesaleCall)) return undefined;
    if (catalogue === undefined) return refuse('noroute', 'there is no set-up');
    return answer(message, wholesale, catalogue, redirect.trunk);
  });

  function answer(
    message: Message<'call.route'>,
    wholesale: WholesaleCall,
    catalogue: Catalogue,
    redirecting: string | undefined,
  ): Route | Refusal {
    const number = withoutSeparators(message.params.called);
    const called = routingNumber(number, config.internationalPrefix);
    if (called === undefined) return refuse('incomplete', `redirected to ${number}, no number`);
    const { setup } = catalogue;
    const tenant = setup.tenant(wholesale.tenant.id);
    const profile = setup.profile(tenant?.profileId);
    if (tenant?.isActive !== true || profile === undefined) {
      return refuse('noroute', `tenant ${wholesale.tenant.name} has no profile`);
    }
    const { caller } = wholesale;
    const at = scope.clock.now();
    const rated = rateCall(catalogue, tenant, { called, caller, at }, sources.countries);
    if (rated.refusal !== undefined) return rated.refusal;
    if (rated.sell !== undefined && isDearer(rated.sell, wholesale.sell)) {
      return refuse('forbidden', `redirected to ${called}, which costs more than was admitted`);
    }
    const call = { called, caller, callerNumber: callerDigits(caller), at, sell: wholesale.sell };
    const found = findRoute(
      call,
      without(profile, redirecting),
      finderOf(sources, catalogue, false),
    );
    if (isRefusal(found.answer)) return found.answer;
    wholesale.buy = found.buy;
    wholesale.candidates = [...(wholesale.candidates ?? []), ...found.candidates];
    message.change({ called });
    const { inboundTrunk } = wholesale;
    const inbound = inboundTrunk && setup.trunk(inboundTrunk.name);
    return narrowHeaders(found.answer, inbound?.allowedHeaders ?? []);
  }
}

function without(profile: Profile, trunk: string | undefined): Profile {
  const routes = profile.routes.without((route) => route.trunk.name === trunk);
  return { ...profile, routes };
}
