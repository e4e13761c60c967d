import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { mayAct } from '../../api/session.ts';
import { LiveRegion } from '../../live/live-region.tsx';
import { usePolled } from '../../live/use-polled.ts';
import { useConsole } from '../../shell/console-context.ts';
import { NotInstalled } from '../../shell/not-installed.tsx';
import { SLOW_PERIOD_MS } from '../../shell/periods.ts';
import type { Place } from '../../shell/place.ts';
import { DataTable } from '../../table/data-table.tsx';
import { RechargeDialog } from './recharge-dialog.tsx';
import { tenantColumns } from './tenant-columns.tsx';
import { readTenants, type TenantRow } from './tenant-row.ts';
import { RECHARGE, TenantView } from './tenant-view.tsx';

const ROWS_OF_PAGE = 100;

/** Who pays: balances, what is held for running calls, limits in use. */
export function TenantsPage({ place }: { readonly place: Place }): VNode {
  const { resources } = useConsole();
  if (!resources.has('GET', '/tenants')) {
    return <NotInstalled title="Tenants" feature="Wholesale" resource="GET /tenants" />;
  }
  return place.item === '' ? <Tenants /> : <TenantView key={place.item} name={place.item} />;
}

function Tenants(): VNode {
  const { client, clock, resources, session } = useConsole();
  const [recharging, setRecharging] = useState<TenantRow>();
  const { reading, nudge } = usePolled({
    ask: async () => readTenants(await client.get('/tenants')),
    key: 'tenants',
    periodMs: SLOW_PERIOD_MS,
    clock,
  });
  const mayRecharge = mayAct(session.role, 'billing') && resources.has('POST', RECHARGE);
  const columns = useMemo(
    () => tenantColumns(mayRecharge ? setRecharging : undefined),
    [mayRecharge],
  );
  return (
    <>
      <h1>Tenants</h1>
      <LiveRegion reading={reading} periodMs={SLOW_PERIOD_MS} what="the tenants" onRetry={nudge}>
        {({ tenants, hasMore }) => (
          <>
            {hasMore && (
              <p class="muted">
                These are the first {tenants.length} by name; there are more, and the API has them.
              </p>
            )}
            <DataTable
              label="Tenants"
              rows={tenants}
              columns={columns}
              rowKey={({ name }) => name}
              start={{ sortBy: 'name', pageSize: ROWS_OF_PAGE }}
              empty={
                <>
                  There is no tenant yet. <code>bin/tandem apply</code> makes them from a set-up
                  file.
                </>
              }
            />
          </>
        )}
      </LiveRegion>
      {recharging !== undefined && (
        <RechargeDialog
          tenant={recharging}
          resource={RECHARGE.replace('{tenant}', encodeURIComponent(recharging.name))}
          onClose={() => setRecharging(undefined)}
          onDone={nudge}
        />
      )}
    </>
  );
}
