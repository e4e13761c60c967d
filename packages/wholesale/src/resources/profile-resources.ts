import type { ApiResource } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { namedResources } from './named-resources.ts';

/** GET /profiles and /profiles/{name}, with their routes. */
export function profileResources(store: Store): readonly ApiResource[] {
  return namedResources(store, {
    list: 'profiles',
    one: 'profile',
    alias: 'p',
    sql: `select p.name, p.version, p.order_mode as "order", p.max_attempts as "maxAttempts",
      p.failover_codes as "failoverCodes", p.min_margin as "minMargin", p.max_rate as "maxRate",
      p.is_unpriced_allowed as "allowUnpriced",
      coalesce((select json_agg(json_build_object('trunk', t.name, 'priority', r.priority,
        'weight', r.weight, 'calledPrefix', r.called_prefix, 'callerPrefix', r.caller_prefix,
        'country', r.country, 'callerCountry', r.caller_country, 'strip', r.strip,
        'prepend', r.prepend, 'rewriteCalled', r.rewrite_called,
        'rewriteCaller', r.rewrite_caller, 'callerPool', r.caller_pool,
        'window', r.time_window, 'isActive', r.is_active) order by r.position)
        from routes r join trunks t on t.id = r.trunk_id where r.profile_id = p.id), '[]') as routes
      from profiles p`,
  });
}
