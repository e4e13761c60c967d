import { CompiledWindow } from '../numbers/time-window.ts';
import { ZoneClock } from '../numbers/zone-clock.ts';
import { readRewriteRule, type RewriteRule } from '../rewrite/rewrite-rule.ts';
import type { TrunkRoute } from './profile.ts';
import type { RouteRow } from './setup-rows.ts';
import type { Trunk } from './trunk.ts';
import { readWindow } from './window-item.ts';

/** Makes routes ready, by profile. @throws RangeError naming the route and what is wrong with it */
export function compileRoutes(
  rows: readonly RouteRow[],
  trunks: ReadonlyMap<bigint, Trunk>,
): ReadonlyMap<bigint, readonly TrunkRoute[]> {
  const clocks = new Map<string, ZoneClock>();
  const byProfile = new Map<bigint, TrunkRoute[]>();
  for (const row of rows) {
    const routes = byProfile.get(row.profile_id) ?? [];
    byProfile.set(row.profile_id, routes);
    routes.push(compileRoute(row, trunks, clocks));
  }
  return byProfile;
}

function compileRoute(
  row: RouteRow,
  trunks: ReadonlyMap<bigint, Trunk>,
  clocks: Map<string, ZoneClock>,
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
    window: compileWindow(row.time_window, place, clocks),
    strip: row.strip,
    prepend: row.prepend,
    rewriteCalled: compileRule(row.rewrite_called, place),
    rewriteCaller: compileRule(row.rewrite_caller, place),
    callerPool: row.caller_pool,
  };
}

function compileRule(source: string, place: string): RewriteRule | undefined {
  if (source === '') return undefined;
  const read = readRewriteRule(source);
  if ('problem' in read) throw new RangeError(`${place}: ${source}: ${read.problem}`);
  return read.rule;
}

function compileWindow(
  value: unknown,
  place: string,
  clocks: Map<string, ZoneClock>,
): CompiledWindow | undefined {
  if (value === null || value === undefined) return undefined;
  const read = readWindow(value);
  if ('problem' in read) throw new RangeError(`${place}: window: ${read.problem}`);
  const { zone } = read.window;
  const clock = clocks.get(zone) ?? new ZoneClock(zone);
  clocks.set(zone, clock);
  return new CompiledWindow(read.window, clock);
}
