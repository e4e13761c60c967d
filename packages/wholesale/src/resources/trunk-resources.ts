import type { Clock } from '@tandem/engine';
import type { ApiResource } from '@tandem/messages';
import type { Store } from '@tandem/store';
import type { CarrierDesk } from '../carriers/carrier-desk.ts';
import { namedResources } from './named-resources.ts';

/** GET /trunks and /trunks/{name}: settings without secrets, and how this node sees the carrier. */
export function trunkResources(
  store: Store,
  desk: CarrierDesk,
  clock: Clock,
): readonly ApiResource[] {
  return namedResources(store, {
    list: 'trunks',
    one: 'trunk',
    alias: 't',
    sql: `select t.name, t.direction, n.name as tenant, t.sources, t.called_prefix as "calledPrefix",
      t.caller_prefix as "callerPrefix", t.max_calls as "maxCalls",
      t.max_calls_per_second as "maxCallsPerSecond", t.address, d.name as deck,
      d.currency as currency, t.balance, t.active, t.tech_prefix as "techPrefix",
      json_build_object('failures', t.breaker_failures, 'openSeconds', t.breaker_open_seconds,
        'probes', t.breaker_probes, 'codes', t.breaker_codes) as breaker,
      t.username, t.password is not null as "hasPassword", t.register, t.redirect,
      t.no_reply_ms as "noReplyMs", t.outbound_proxy as "outboundProxy",
      t.number_in as "numberIn", t.number_out as "numberOut", t.trusted, t.listener,
      t.allowed_headers as "allowedHeaders", t.is_active as "isActive"
      from trunks t left join rate_decks d on d.id = t.deck_id
        left join tenants n on n.id = t.tenant_id`,
    decorate(row) {
      const carrier = desk.carriers.get(String(row['name']));
      if (carrier === undefined) return { ...row, onNode: null };
      const nowMs = clock.monotonicMs();
      const onNode = {
        breaker: carrier.breaker.stateAt(nowMs),
        openMs: Math.round(carrier.breaker.openMs(nowMs)),
        calls: carrier.active,
        ...carrier.quality.counts(nowMs),
      };
      return { ...row, onNode };
    },
  });
}
