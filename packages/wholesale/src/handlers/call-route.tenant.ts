import type { Scope } from '@tandem/engine';
import { refuse } from '@tandem/messages';
import { identifyCaller } from '../caller/identify-caller.ts';
import type { CatalogueSource } from '../decks/catalogue.ts';
import { routingNumber } from '../numbers/dialled-number.ts';
import { numberReader } from '../numbers/number-in.ts';
import { ASK_BEHIND_DEADLINE_MS, askBehind } from '../routing/ask-behind.ts';
import { isJudgedElsewhere } from '../routing/judged-elsewhere.ts';
import { WholesaleCall } from '../routing/wholesale-call.ts';
import type { WholesaleConfig } from '../wholesale-config.ts';

/**
 * call.route: whose call is it? Writes the tenant into the call's facts. A call of nobody, or
 * one that two tenants fit equally, is left to those behind; a number that is none is refused.
 */
export function handleTenant(scope: Scope, source: CatalogueSource, config: WholesaleConfig): void {
  const options = {
    priority: config.tenantPriority,
    as: 'wholesale.tenant',
    deadlineMs: ASK_BEHIND_DEADLINE_MS,
  };
  scope.handle('call.route', options, (message) => {
    const catalogue = source.current;
    if (catalogue === undefined || isJudgedElsewhere(message)) return undefined;
    const { params, facts } = message;
    const who = identifyCaller(catalogue.setup, {
      host: params.ip_host,
      listener: params.listener,
      username: params.username,
      line: facts.line,
      caller: params.caller,
      called: params.called,
    });
    if (who === undefined) return undefined;
    if (who === 'ambiguous') {
      scope.log.warn('a call fits two tenants equally well, and is nobody’s', {
        call: params.billid,
        address: params.address,
      });
      return undefined;
    }
    const { tenant, trunk } = who;
    const { name } = tenant.party;
    facts.account = { tenant: name, ...(trunk && { inboundTrunk: trunk.name }) };
    const { internationalPrefix } = config;
    const read = numberReader(trunk?.numberIn ?? '', internationalPrefix);
    const called = routingNumber(read(who.called), internationalPrefix);
    const caller = read(who.caller);
    facts.wholesale = new WholesaleCall({
      tenant: tenant.party,
      inboundTrunk: trunk?.party,
      callerIn: params.caller,
      calledIn: params.called,
      caller: routingNumber(caller, internationalPrefix) ?? caller,
      called: called ?? '',
    });
    if (!tenant.isActive) return refuse('forbidden', `tenant ${name} is not active`);
    if (called !== undefined) return undefined;
    const refusal = refuse('incomplete', `${JSON.stringify(params.called)} is no number`);
    return askBehind(scope, message, config.routesPriority, refusal);
  });
}
