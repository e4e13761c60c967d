import type { ApiResource } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { namedResources } from './named-resources.ts';

/** GET /tenants and /tenants/{name}: settings and money, as they are in the database. */
export function tenantResources(store: Store): readonly ApiResource[] {
  return namedResources(store, {
    list: 'tenants',
    one: 'tenant',
    sql: `select t.name, t.currency, t.balance, t.credit_limit as "creditLimit", t.held,
      t.balance + t.credit_limit - t.held as available, t.active, d.name as deck,
      p.name as profile,
      array(select name from trunks k where k.tenant_id = t.id order by name) as trunks,
      array(select username from tenant_users u where u.tenant_id = t.id order by 1) as users,
      coalesce(to_jsonb(t.countries), '"any"') as countries, t.max_rate as "maxRate",
      t.max_calls as "maxCalls", t.max_calls_per_second as "maxCallsPerSecond",
      t.is_active as "isActive"
      from tenants t left join rate_decks d on d.id = t.deck_id
        left join profiles p on p.id = t.profile_id`,
    alias: 't',
  });
}
