import { formatCount } from '../../format/quantity.ts';
import { hrefOf } from '../../shell/place.ts';
import { amountColumn } from '../../table/amount-column.tsx';
import type { Column } from '../../table/column.ts';
import type { TenantRow } from './tenant-row.ts';
import { UsageBar } from './usage-bar.tsx';

/** The columns of the tenants; `onRecharge` is absent where the role or the node has none. */
export function tenantColumns(
  onRecharge: ((tenant: TenantRow) => void) | undefined,
): readonly Column<TenantRow>[] {
  const columns: readonly Column<TenantRow>[] = [
    {
      id: 'name',
      title: 'Tenant',
      cell: ({ name, isActive }) => (
        <>
          <a href={hrefOf('tenants', name)}>
            <b>{name}</b>
          </a>
          {!isActive && <span class="muted"> switched off</span>}
        </>
      ),
      sortValue: ({ name }) => name,
    },
    amount('balance', 'Balance', ({ balance }) => balance),
    amount('held', 'Held', ({ held }) => held),
    amount('creditLimit', 'Credit', ({ creditLimit }) => creditLimit),
    amount('available', 'Available', ({ available }) => available),
    {
      id: 'calls',
      title: 'Calls in use',
      cell: ({ activeCalls, maxCalls }) => <UsageBar used={activeCalls} limit={maxCalls} />,
      sortValue: ({ activeCalls }) => activeCalls,
      isNumeric: true,
    },
    {
      id: 'rate',
      title: 'Calls/s allowed',
      cell: ({ maxCallsPerSecond }) =>
        maxCallsPerSecond === null || maxCallsPerSecond === 0
          ? 'no limit'
          : formatCount(maxCallsPerSecond),
      sortValue: ({ maxCallsPerSecond }) => maxCallsPerSecond,
      isNumeric: true,
    },
  ];
  if (onRecharge === undefined) return columns;
  const action: Column<TenantRow> = {
    id: 'action',
    title: '',
    cell: (tenant) => (
      <button
        type="button"
        class="button-small"
        aria-label={`Recharge ${tenant.name}`}
        onClick={() => onRecharge(tenant)}
      >
        Recharge
      </button>
    ),
  };
  return [...columns, action];
}

function amount(
  id: string,
  title: string,
  value: (tenant: TenantRow) => string | null,
): Column<TenantRow> {
  return amountColumn({ id, title, value, currency: ({ currency }) => currency });
}
