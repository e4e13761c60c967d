import type { Message, Scope } from '@tandem/engine';
import { isRefusal, type Refusal, refuse, type Route } from '@tandem/messages';
import type { Catalogue } from '../decks/catalogue.ts';
import { callerDigits } from '../numbers/dialled-number.ts';
import { ASK_BEHIND_DEADLINE_MS, askBehind } from '../routing/ask-behind.ts';
import { findRoute, type RouteFinder } from '../routing/find-route.ts';
import { isJudgedElsewhere } from '../routing/judged-elsewhere.ts';
import { finderOf, type RouteSources } from '../routing/route-sources.ts';
import { narrowHeaders } from '../routing/narrow-headers.ts';
import { instantOf } from '../routing/route-test-fact.ts';
import { WholesaleCall } from '../routing/wholesale-call.ts';
import type { Profile } from '../setup/profile.ts';
import type { WholesaleConfig } from '../wholesale-config.ts';

/**
 * call.route: which carriers are tried, in which order, and what does each cost? Writes buy terms
 * and candidates into the call's facts.
 */
export function handleRoutes(scope: Scope, sources: RouteSources, config: WholesaleConfig): void {
  /** Made once for a catalogue, not for each call. */
  let live: { readonly catalogue: Catalogue; readonly finder: RouteFinder } | undefined;
  const finderFor = (catalogue: Catalogue, isTest: boolean): RouteFinder => {
    if (isTest) return finderOf(sources, catalogue, true);
    if (live?.catalogue !== catalogue) {
      live = { catalogue, finder: finderOf(sources, catalogue, false) };
    }
    return live.finder;
  };

  const options = {
    priority: config.routesPriority,
    as: 'wholesale.routes',
    deadlineMs: ASK_BEHIND_DEADLINE_MS,
  };
  scope.handle('call.route', options, (message) => {
    const { wholesale } = message.facts;
    const catalogue = sources.catalogue.current;
    if (!(wholesale instanceof WholesaleCall) || catalogue === undefined) return undefined;
    if (isJudgedElsewhere(message)) return undefined;
    const tenant = catalogue.setup.tenant(wholesale.tenant.id);
    const profile = catalogue.setup.profile(tenant?.profileId);
    if (profile === undefined) {
      const refusal = refuse('noroute', `tenant ${wholesale.tenant.name} has no profile`);
      return askBehind(scope, message, config.routesPriority, refusal);
    }
    const waiting =
      message.facts.routeTest === undefined
        ? sources.pools.ready(profile.routes.pooled)
        : undefined;
    // Who has waited asks for the decks anew: those of before are given back.
    const choose = () =>
      answer(message, wholesale, profile, sources.catalogue.current ?? catalogue);
    return waiting === undefined ? choose() : waiting.then(choose);
  });

  function answer(
    message: Message<'call.route'>,
    wholesale: WholesaleCall,
    profile: Profile,
    catalogue: Catalogue,
  ): Route | Refusal | Promise<Route | Refusal> {
    const { called, caller, sell } = wholesale;
    const call = {
      called,
      caller,
      callerNumber: callerDigits(caller),
      at: instantOf(message),
      sell,
    };
    const isTest = message.facts.routeTest !== undefined;
    const found = findRoute(call, profile, finderFor(catalogue, isTest));
    wholesale.profile = profile.label;
    wholesale.buy = found.buy;
    wholesale.candidates = found.candidates;
    if (!isRefusal(found.answer)) {
      message.change({ called, caller });
      const { inboundTrunk } = wholesale;
      const inbound = inboundTrunk && catalogue.setup.trunk(inboundTrunk.name);
      return narrowHeaders(found.answer, inbound?.allowedHeaders ?? []);
    }
    if (found.isUnmeant) {
      return askBehind(scope, message, config.routesPriority, found.answer);
    }
    return found.answer;
  }
}
