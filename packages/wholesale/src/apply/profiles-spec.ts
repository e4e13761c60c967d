import type { ApplyIssue } from '@tandem/messages';
import type { StoreTransaction } from '@tandem/store';
import type { ProfileRow, RouteRow } from '../setup/setup-rows.ts';
import { readWindow } from '../setup/window-item.ts';
import { danglingIssue } from './dangling.ts';
import { profileItem, type ProfileItem, type RouteItem } from './profile-item.ts';
import type { SectionSpec } from './section-spec.ts';
import type { SetupDraft } from './setup-draft.ts';
import { writeRoutes } from './write-routes.ts';
import { removeRow, writeRow } from './write-row.ts';

/** The list `profiles`: routes given replace the profile's. */
export const profilesSpec: SectionSpec<ProfileItem> = {
  name: 'profiles',
  order: 30,
  item: profileItem,
  read: readProfiles,
  show: (profile) => ({ ...profile }),
  draft(draft, items, gone) {
    for (const name of gone) draft.profiles.delete(name);
    for (const { name, routes } of items) {
      draft.profiles.set(
        name,
        routes.map(({ trunk }) => trunk),
      );
    }
  },
  check: checkProfile,
  async write(transaction, profile, stored) {
    const id = await writeRow(transaction, 'profiles', ['name'], rowOf(profile));
    await writeRoutes(transaction, id, profile.routes, stored?.routes ?? []);
  },
  remove: async (transaction, name) => await removeRow(transaction, 'profiles', name),
};

function checkProfile(
  { name, routes }: ProfileItem,
  _: ProfileItem | undefined,
  draft: SetupDraft,
  path: string,
): ApplyIssue[] {
  const issues = routes.flatMap(({ trunk }, index): ApplyIssue[] => {
    const place = `${path}.routes[${index}].trunk`;
    const found = draft.trunks.get(trunk);
    if (found === undefined) return [danglingIssue(place, 'trunk', trunk, draft.trunks.keys())];
    if (found.isOutbound) return [];
    return [{ path: place, message: `trunk "${trunk}" is inbound: no call goes out by it` }];
  });
  const currencies = [...draft.currenciesOf(name)];
  if (currencies.length > 1) {
    const named = currencies.map(([currency, trunk]) => `${trunk} in ${currency}`).join(', ');
    const message = `its carriers bill in different currencies: ${named}`;
    issues.push({ path: `${path}.routes`, message, hint: 'make a profile for each currency' });
  }
  return issues;
}

type StoredRoute = RouteRow & { readonly trunk: string };

async function readProfiles(
  transaction: StoreTransaction,
): Promise<ReadonlyMap<string, ProfileItem>> {
  const profiles = await transaction.query<ProfileRow>(
    'select * from profiles order by name for update',
  );
  const routes = await transaction.query<StoredRoute>(
    `select r.*, t.name as trunk from routes r join trunks t on t.id = r.trunk_id
      order by r.profile_id, r.position`,
  );
  return new Map(
    profiles.map((row) => {
      const own = routes.filter(({ profile_id }) => profile_id === row.id);
      return [row.name, itemOf(row, own)];
    }),
  );
}

function itemOf(row: ProfileRow, routes: readonly StoredRoute[]): ProfileItem {
  return {
    name: row.name,
    order: row.order_mode,
    maxAttempts: row.max_attempts,
    failoverCodes: row.failover_codes === null ? null : [...row.failover_codes],
    minMargin: row.min_margin,
    maxRate: row.max_rate,
    allowUnpriced: row.is_unpriced_allowed,
    routes: routes.map(routeItemOf),
  };
}

function routeItemOf(row: StoredRoute): RouteItem {
  const read = row.time_window === null ? undefined : readWindow(row.time_window);
  return {
    trunk: row.trunk,
    priority: row.priority,
    weight: row.weight,
    calledPrefix: row.called_prefix,
    callerPrefix: row.caller_prefix,
    country: row.country,
    callerCountry: row.caller_country,
    strip: row.strip,
    prepend: row.prepend,
    rewriteCalled: row.rewrite_called,
    rewriteCaller: row.rewrite_caller,
    callerPool: [...row.caller_pool],
    // One that somebody wrote by hand and that is none is overwritten by whatever is applied.
    window: read !== undefined && 'window' in read ? read.window : null,
    isActive: row.is_active,
  };
}

function rowOf(profile: ProfileItem): Readonly<Record<string, unknown>> {
  return {
    name: profile.name,
    order_mode: profile.order,
    max_attempts: profile.maxAttempts,
    failover_codes: profile.failoverCodes,
    min_margin: profile.minMargin,
    max_rate: profile.maxRate,
    is_unpriced_allowed: profile.allowUnpriced,
  };
}
