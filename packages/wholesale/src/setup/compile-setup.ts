import { toMicros } from '@tandem/rating';
import { hostOf } from '../caller/host-of.ts';
import { readRange } from './address-range.ts';
import { AddressTable } from './address-table.ts';
import { compileRoutes } from './compile-routes.ts';
import { compileTrunk } from './compile-trunk.ts';
import { inPieces } from './in-pieces.ts';
import { partyOf } from './limited-party.ts';
import type { Profile, TrunkRoute } from './profile.ts';
import { RouteIndex } from './route-index.ts';
import { Setup } from './setup.ts';
import type { ProfileRow, SetupRows, TenantRow } from './setup-rows.ts';
import type { Tenant, Trunk } from './trunk.ts';

/**
 * Makes a set-up ready for calls. Apply writes nothing that fails here; what somebody wrote by
 * hand may: rejects with a RangeError naming trunk or route and what is wrong, and the old set-up
 * stays.
 */
export async function compileSetup(rows: SetupRows): Promise<Setup> {
  const trunks = new Map<bigint, Trunk>(
    await inPieces(rows.trunks, (row) => [row.id, compileTrunk(row)] as const),
  );
  const routes = await compileRoutes(rows.routes, trunks);
  const tenants = new Map(
    await inPieces(rows.tenants, (row) => [row.id, compileTenant(row)] as const),
  );
  const users = rows.tenants.flatMap((row) =>
    row.users.map((username) => [username, tenants.get(row.id)!] as const),
  );
  const open = [...trunks.values()].filter(({ isInbound, isActive }) => isInbound && isActive);
  const outgoing = [...trunks.values()].filter(
    ({ isOutbound, isActive }) => isOutbound && isActive,
  );
  const profiles = rows.profiles.map(
    (row) => [row.id, compileProfile(row, routes.get(row.id) ?? [])] as const,
  );
  return new Setup({
    version: rows.version,
    tenants,
    users: new Map(users),
    trunks: new Map([...trunks.values()].map((trunk) => [trunk.name, trunk])),
    sources: new AddressTable(
      open.flatMap((trunk) => trunk.sources.map((range) => [range, trunk] as const)),
    ),
    carriers: new AddressTable(
      outgoing.flatMap((trunk) => {
        const range = readRange(hostOfUri(trunk.address));
        return range === undefined ? [] : [[range, trunk] as const];
      }),
    ),
    digestTrunks: new Map(
      open.flatMap((trunk) =>
        trunk.username === '' || trunk.isRegistered ? [] : [[trunk.username, trunk] as const],
      ),
    ),
    profiles: new Map(profiles),
  });
}

/** `10.0.0.9` of `sip:10.0.0.9:5060;transport=tcp`, `2001:db8::9` of `sip:[2001:db8::9]`. */
function hostOfUri(address: string): string {
  const [place = ''] = address.replace(/^sips?:/i, '').split(/[;?]/, 1);
  return hostOf(place);
}

function compileTenant(row: TenantRow): Tenant {
  return {
    party: { ...partyOf(row), currency: row.currency },
    isActive: row.is_active,
    deckId: row.deck_id ?? undefined,
    profileId: row.profile_id ?? undefined,
    countries: row.countries === null ? undefined : new Set(row.countries),
    maxRateMicros: row.max_rate === null ? undefined : toMicros(row.max_rate),
  };
}

function compileProfile(row: ProfileRow, routes: readonly TrunkRoute[]): Profile {
  return {
    name: row.name,
    version: Number(row.version),
    label: { name: row.name, version: Number(row.version) },
    orderMode: row.order_mode,
    maxAttempts: row.max_attempts,
    failoverCodes: row.failover_codes ?? undefined,
    minMarginMicros: toMicros(row.min_margin),
    maxRateMicros: row.max_rate === null ? undefined : toMicros(row.max_rate),
    isUnpricedAllowed: row.is_unpriced_allowed,
    routes: new RouteIndex(routes),
  };
}
