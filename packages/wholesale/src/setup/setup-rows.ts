import type { StoreTransaction } from '@tandem/store';

/** A tenant as stored; money as decimal text. */
export interface TenantRow {
  readonly id: bigint;
  readonly name: string;
  readonly currency: string;
  readonly deck_id: bigint | null;
  readonly profile_id: bigint | null;
  readonly countries: readonly string[] | null;
  readonly max_rate: string | null;
  readonly max_calls: number | null;
  readonly max_calls_per_second: number | null;
  readonly is_active: boolean;
  readonly users: readonly string[];
}

/** A trunk as stored. */
export interface TrunkRow {
  readonly id: bigint;
  readonly name: string;
  readonly direction: 'inbound' | 'outbound' | 'bidirectional';
  readonly tenant_id: bigint | null;
  readonly sources: readonly string[];
  readonly called_prefix: string;
  readonly caller_prefix: string;
  readonly max_calls: number | null;
  readonly max_calls_per_second: number | null;
  readonly address: string | null;
  readonly deck_id: bigint | null;
  readonly tech_prefix: string;
  readonly breaker_failures: number;
  readonly breaker_open_seconds: number;
  readonly breaker_probes: number;
  readonly breaker_codes: readonly number[];
  readonly username: string | null;
  readonly password: string | null;
  readonly register: boolean;
  readonly redirect: 'fail' | 'route';
  readonly no_reply_ms: number | null;
  readonly outbound_proxy: string | null;
  readonly number_in: string | null;
  readonly number_out: string | null;
  readonly trusted: boolean;
  readonly listener: string | null;
  readonly allowed_headers: readonly string[];
  readonly probe_seconds: number | null;
  readonly identity: 'pai' | 'rpid';
  readonly from_domain: string | null;
  readonly is_active: boolean;
}

/** A profile as stored. */
export interface ProfileRow {
  readonly id: bigint;
  readonly name: string;
  readonly order_mode: 'priority' | 'prefix' | 'cost' | 'quality';
  readonly max_attempts: number;
  readonly failover_codes: readonly number[] | null;
  readonly min_margin: string;
  readonly max_rate: string | null;
  readonly is_unpriced_allowed: boolean;
  readonly version: bigint;
}

/** A route as stored. */
export interface RouteRow {
  readonly id: bigint;
  readonly profile_id: bigint;
  readonly trunk_id: bigint;
  readonly position: number;
  readonly priority: number;
  readonly weight: number;
  readonly called_prefix: string;
  readonly caller_prefix: string;
  readonly country: string | null;
  readonly caller_country: string | null;
  readonly strip: number;
  readonly prepend: string;
  readonly rewrite_called: string;
  readonly rewrite_caller: string;
  readonly caller_pool: readonly string[];
  /** Of the form of a TimeWindow, as `apply` wrote it or somebody by hand. */
  readonly time_window: unknown;
  readonly is_active: boolean;
}

/** The whole set-up but for rates, of one instant. */
export interface SetupRows {
  readonly version: bigint;
  readonly tenants: readonly TenantRow[];
  readonly trunks: readonly TrunkRow[];
  readonly profiles: readonly ProfileRow[];
  readonly routes: readonly RouteRow[];
}

/** Reads the set-up in a transaction whose statements all see the same instant. */
export async function readSetupRows(transaction: StoreTransaction): Promise<SetupRows> {
  const [setup] = await transaction.query<{ version: bigint }>(
    'select version from wholesale_setup',
  );
  return {
    version: setup?.version ?? 0n,
    tenants: await transaction.query<TenantRow>(
      `select id, name, currency, deck_id, profile_id, countries, max_rate, max_calls,
        max_calls_per_second, is_active,
        array(select username from tenant_users u where u.tenant_id = t.id) as users
        from tenants t order by name`,
    ),
    trunks: await transaction.query<TrunkRow>(
      `select id, name, direction, tenant_id, sources, called_prefix, caller_prefix, max_calls,
        max_calls_per_second, address, deck_id, tech_prefix, breaker_failures,
        breaker_open_seconds, breaker_probes, breaker_codes, username, password, register,
        redirect, no_reply_ms, outbound_proxy, number_in, number_out, trusted, listener,
        allowed_headers, probe_seconds, identity, from_domain, is_active from trunks order by name`,
    ),
    profiles: await transaction.query<ProfileRow>(
      `select id, name, order_mode, max_attempts, failover_codes, min_margin, max_rate,
        is_unpriced_allowed, version from profiles order by name`,
    ),
    routes: await transaction.query<RouteRow>(
      `select id, profile_id, trunk_id, position, priority, weight, called_prefix, caller_prefix,
        country, caller_country, strip, prepend, rewrite_called, rewrite_caller, caller_pool,
        time_window, is_active from routes order by profile_id, position`,
    ),
  };
}
