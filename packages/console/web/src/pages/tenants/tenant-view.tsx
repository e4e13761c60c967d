import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { objectOf } from '../../api/read-json.ts';
import { mayAct } from '../../api/session.ts';
import { formatMoney } from '../../format/money.ts';
import { LiveRegion } from '../../live/live-region.tsx';
import { usePolled } from '../../live/use-polled.ts';
import { useConsole } from '../../shell/console-context.ts';
import { hrefOf } from '../../shell/place.ts';
import { SLOW_PERIOD_MS } from '../../shell/periods.ts';
import { Sum } from '../calls/sum.tsx';
import { PolicyPanel } from './policy-panel.tsx';
import { RechargeDialog } from './recharge-dialog.tsx';
import { readTenant, type TenantRow } from './tenant-row.ts';
import { UsageBar } from './usage-bar.tsx';

/** The resource that pays in, as its page names it. */
export const RECHARGE = '/tenants/{tenant}/recharges';

/** One tenant: money, limits in use, by which decks and routes, and what he may overdraw. */
export function TenantView({ name }: { readonly name: string }): VNode {
  const { client, clock, resources, session } = useConsole();
  const [isRecharging, setRecharging] = useState(false);
  const resource = `/tenants/${encodeURIComponent(name)}`;
  const { reading, nudge } = usePolled({
    ask: async () => readTenant(objectOf(await client.get(resource))),
    key: resource,
    periodMs: SLOW_PERIOD_MS,
    clock,
  });
  const mayRecharge = mayAct(session.role, 'billing') && resources.has('POST', RECHARGE);
  return (
    <>
      <p class="way-back">
        <a href={hrefOf('tenants')}>‹ Tenants</a>
      </p>
      <h1>{name}</h1>
      <LiveRegion reading={reading} periodMs={SLOW_PERIOD_MS} what="this tenant" onRetry={nudge}>
        {(tenant) => (
          <>
            <Money
              tenant={tenant}
              onRecharge={mayRecharge ? () => setRecharging(true) : undefined}
            />
            {isRecharging && (
              <RechargeDialog
                tenant={tenant}
                resource={RECHARGE.replace('{tenant}', encodeURIComponent(name))}
                onClose={() => setRecharging(false)}
                onDone={nudge}
              />
            )}
          </>
        )}
      </LiveRegion>
      {resources.has('GET', '/tenants/{tenant}/billing-policy') && <PolicyPanel tenant={name} />}
    </>
  );
}

function Money(props: {
  readonly tenant: TenantRow;
  readonly onRecharge: (() => void) | undefined;
}): VNode {
  const { tenant, onRecharge } = props;
  const { name, currency, isActive } = tenant;
  return (
    <section class="panel" aria-label="Money and limits">
      <div class="panel-head">
        <div class="call-sums">
          <Sum title="Balance" value={formatMoney(tenant.balance, currency)} />
          <Sum title="Held for calls" value={formatMoney(tenant.held, currency)} />
          <Sum title="Credit" value={formatMoney(tenant.creditLimit, currency)} />
          <Sum title="Available" value={formatMoney(tenant.available, currency)} />
        </div>
        {onRecharge !== undefined && (
          <button type="button" onClick={onRecharge}>
            Recharge
          </button>
        )}
      </div>
      <dl class="facts">
        <dt>State</dt>
        <dd>
          <span class={`state state-${isActive ? 'good' : 'bad'}`}>
            {isActive ? 'active' : 'switched off'}
          </span>
        </dd>
        <dt>Calls in use</dt>
        <dd>
          <UsageBar used={tenant.activeCalls} limit={tenant.maxCalls} />
        </dd>
        <dt>Calls a second</dt>
        <dd>
          {tenant.maxCallsPerSecond === null ? 'no limit' : `at most ${tenant.maxCallsPerSecond}`}
        </dd>
        <dt>Dearest rate</dt>
        <dd>
          {tenant.maxRate === null ? 'any' : `${formatMoney(tenant.maxRate, currency)} a minute`}
        </dd>
        <dt>Deck</dt>
        <dd>{tenant.deck ?? '–'}</dd>
        <dt>Profile</dt>
        <dd>{tenant.profile ?? '–'}</dd>
        <dt>Trunks</dt>
        <dd>{tenant.trunks.join(', ') || '–'}</dd>
        <dt>Users</dt>
        <dd>{tenant.users.join(', ') || '–'}</dd>
        <dt>Calls</dt>
        <dd>
          <a href={hrefOf('calls', '', { tenant: name })}>active</a> ·{' '}
          <a href={hrefOf('cdrs', '', { tenant: name })}>records</a>
        </dd>
      </dl>
    </section>
  );
}
