import { CompiledWindow } from '../numbers/time-window.ts';
import { ZoneClock } from '../numbers/zone-clock.ts';
import { readRewriteRule, type RewriteRule } from '../rewrite/rewrite-rule.ts';
import { inPieces } from './in-pieces.ts';
import type { TrunkRoute } from './profile.ts';
import type { RouteRow } from './setup-rows.ts';
import type { Trunk } from './trunk.ts';
import { readWindow } from './window-item.ts';

/** What many routes share: read once. */
interface Shared {
  readonly clocks: Map<string, ZoneClock>;
  readonly windows: Map<string, CompiledWindow>;
  readonly rules: Map<string, RewriteRule>;
}

/**
 * Makes routes ready, by profile, piece by piece: calls go on meanwhile.
 * Rejects with a RangeError naming the route and what is wrong with it.
 */
export async function compileRoutes(
  rows: readonly RouteRow[],
  trunks: ReadonlyMap<bigint, Trunk>,
): Promise<ReadonlyMap<bigint, readonly TrunkRoute[]>> {
  const shared: Shared = { clocks: new Map(), windows: new Map(), rules: new Map() };
  const byProfile = new Map<bigint, TrunkRoute[]>();
  await inPieces(rows, (row) => {
    const routes = byProfile.get(row.profile_id) ?? [];
    byProfile.set(row.profile_id, routes);
    routes.push(compileRoute(row, trunks, shared));
  });
  return byProfile;
}

function compileRoute(
  row: RouteRow,
  trunks: ReadonlyMap<bigint, Trunk>,
  shared: Shared,
): TrunkRoute {
  const trunk = trunks.get(row.trunk_id);
  if (trunk === undefined) throw new RangeError(`route ${row.id} names no trunk`);
  const place = `route ${row.position} to ${trunk.name}`;
  return {
    id: row.id,
    trunk,
    isActive: row.is_active,
    priority: row.priority,
    weight: row.weight,
    calledPrefix: row.called_prefix,
    callerPrefix: row.caller_prefix,
    country: row.country ?? '',
    callerCountry: row.caller_country ?? '',
    window: compileWindow(row.time_window, place, shared),
    strip: row.strip,
    prepend: row.prepend,
    rewriteCalled: compileRule(row.rewrite_called, place, shared),
    rewriteCaller: compileRule(row.rewrite_caller, place, shared),
    callerPool: row.caller_pool,
  };
}

function compileRule(source: string, place: string, { rules }: Shared): RewriteRule | undefined {
  if (source === '') return undefined;
  const known = rules.get(source);
  if (known !== undefined) return known;
  const read = readRewriteRule(source);
  if ('problem' in read) throw new RangeError(`${place}: ${source}: ${read.problem}`);
  rules.set(source, read.rule);
  return read.rule;
}

function compileWindow(
  value: unknown,
  place: string,
  { clocks, windows }: Shared,
): CompiledWindow | undefined {
  if (value === null || value === undefined) return undefined;
  const text = JSON.stringify(value);
  const known = windows.get(text);
  if (known !== undefined) return known;
  const read = readWindow(value);
  if ('problem' in read) throw new RangeError(`${place}: window: ${read.problem}`);
  const { zone } = read.window;
  const clock = clocks.get(zone) ?? new ZoneClock(zone);
  clocks.set(zone, clock);
  const window = new CompiledWindow(read.window, clock);
  windows.set(text, window);
  return window;
}
