import type { VNode } from 'preact';
import { formatMoney } from '../../format/money.ts';
import { LiveRegion } from '../../live/live-region.tsx';
import { usePolled } from '../../live/use-polled.ts';
import { useConsole } from '../../shell/console-context.ts';
import { SLOW_PERIOD_MS } from '../../shell/periods.ts';
import { readBillingPolicy, wordsOfAway } from './billing-policy.ts';

/** What becomes of a tenant's calls in trouble, and the largest overdraft that this allows. */
export function PolicyPanel({ tenant }: { readonly tenant: string }): VNode {
  const { client, clock } = useConsole();
  const resource = `/tenants/${encodeURIComponent(tenant)}/billing-policy`;
  const { reading, nudge } = usePolled({
    ask: async () => readBillingPolicy(await client.get(resource)),
    key: resource,
    periodMs: SLOW_PERIOD_MS,
    clock,
  });
  return (
    <section class="panel" aria-labelledby="policy-title">
      <h2 id="policy-title">When something fails</h2>
      <LiveRegion reading={reading} periodMs={SLOW_PERIOD_MS} what="the policy" onRetry={nudge}>
        {(policy) => (
          <dl class="facts">
            <dt>Largest overdraft</dt>
            <dd>
              <b>
                {policy.overdraftBound === null
                  ? 'no bound: nothing is held'
                  : formatMoney(policy.overdraftBound, policy.currency)}
              </b>
            </dd>
            <dt>Database away</dt>
            <dd>{wordsOfAway(policy)}</dd>
            <dt>Node dies</dt>
            <dd>
              {policy.orphans === 'free'
                ? 'its calls are free'
                : 'its calls are billed to its last beat'}
            </dd>
            <dt>Low balance</dt>
            <dd>
              {policy.lowBalance === null
                ? 'not watched'
                : `told below ${formatMoney(policy.lowBalance, policy.currency)}`}
            </dd>
          </dl>
        )}
      </LiveRegion>
    </section>
  );
}
