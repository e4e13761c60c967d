import type { StoreTransaction } from '@tandem/store';
import type { RouteItem } from './profile-item.ts';

/** Columns of a route that a file may give, with their types. */
const ROUTE_COLUMNS = {
  position: 'integer',
  trunk_id: 'bigint',
  priority: 'integer',
  weight: 'integer',
  called_prefix: 'text',
  caller_prefix: 'text',
  country: 'text',
  caller_country: 'text',
  strip: 'integer',
  prepend: 'text',
  rewrite_called: 'text',
  rewrite_caller: 'text',
  caller_pool: 'text[]',
  time_window: 'jsonb',
  is_active: 'boolean',
};

/**
 * Writes the routes of a profile, those that differ from what is stored, in one statement. Routes
 * keep their ids by their place, and so their caller pools their turns.
 */
export async function writeRoutes(
  transaction: StoreTransaction,
  profileId: bigint,
  routes: readonly RouteItem[],
  stored: readonly RouteItem[],
): Promise<void> {
  await transaction.query('delete from routes where profile_id = $1 and position >= $2', [
    profileId,
    routes.length,
  ]);
  const rows = routes.flatMap((route, position) =>
    JSON.stringify(route) === JSON.stringify(stored[position]) ? [] : [routeRow(route, position)],
  );
  if (rows.length === 0) return;
  const columns = Object.keys(ROUTE_COLUMNS);
  const typed = Object.entries({ ...ROUTE_COLUMNS, trunk: 'text' }).filter(
    ([column]) => column !== 'trunk_id',
  );
  await transaction.query(
    `insert into routes (profile_id, ${columns.join(', ')})
      select $1, ${columns.map((column) => (column === 'trunk_id' ? 't.id' : `r.${column}`)).join(', ')}
        from jsonb_to_recordset($2) as r (${typed.map((column) => column.join(' ')).join(', ')})
        join trunks t on t.name = r.trunk
      on conflict (profile_id, position) do update set
        ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    [profileId, JSON.stringify(rows)],
  );
}

function routeRow(route: RouteItem, position: number): Readonly<Record<string, unknown>> {
  return {
    position,
    trunk: route.trunk,
    priority: route.priority,
    weight: route.weight,
    called_prefix: route.calledPrefix,
    caller_prefix: route.callerPrefix,
    country: route.country,
    caller_country: route.callerCountry,
    strip: route.strip,
    prepend: route.prepend,
    rewrite_called: route.rewriteCalled,
    rewrite_caller: route.rewriteCaller,
    caller_pool: route.callerPool,
    time_window: route.window,
    is_active: route.isActive,
  };
}
