import type { BranchGroup, Route } from '@tandem/messages';
import type { Store } from '@tandem/store';

/** One phone of a user, as routing needs it. */
export interface Location {
  readonly location: string;
  readonly q: number;
  readonly connection: string;
  readonly path: readonly string[];
}

/** What is known of a name: a user with his phones, or nobody. */
export type Whereabouts = readonly Location[] | 'nobody';

/** Phones of several users in one statement; users without phones have an empty list. */
export async function readLocations(
  store: Store,
  names: readonly string[],
): Promise<ReadonlyMap<string, Whereabouts>> {
  const rows = await store.call<{
    name: string;
    location: string | null;
    q: number | null;
    connection: string | null;
    path: string[] | null;
  }>(
    `select u.name, r.location, r.q, r.connection, r.path
      from users u left join registrations r
        on r.username = u.name and r.expires_at > clock_timestamp()
      where u.name = any($1) order by r.q desc, r.received_at desc`,
    [names],
  );
  const found = new Map<string, Location[]>();
  for (const { name, location, q, connection, path } of rows) {
    const locations = found.get(name) ?? [];
    found.set(name, locations);
    if (location === null) continue;
    locations.push({ location, q: q ?? 1, connection: connection ?? '', path: path ?? [] });
  }
  return found;
}

/** Phones of equal preference ring together, less preferred ones after them (RFC 3261 §16.6). */
export function routeToPhones(locations: readonly Location[]): Route {
  const groups: { q: number; branches: { callto: string; params: object }[] }[] = [];
  for (const { location, q, connection, path } of locations) {
    const params = {
      ...(connection === '' ? undefined : { connection }),
      ...(path.length === 0 ? undefined : { path }),
    };
    const last = groups.at(-1);
    if (last !== undefined && last.q === q) last.branches.push({ callto: location, params });
    else groups.push({ q, branches: [{ callto: location, params }] });
  }
  return { groups: groups.map(({ branches }): BranchGroup => branches) };
}
