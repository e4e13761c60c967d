import type { VNode } from 'preact';
import { formatSpan } from '../../format/duration.ts';
import { formatInstant } from '../../format/instant.ts';
import { formatMoney } from '../../format/money.ts';
import { LiveRegion } from '../../live/live-region.tsx';
import { usePolled } from '../../live/use-polled.ts';
import { useConsole } from '../../shell/console-context.ts';
import { SLOW_PERIOD_MS } from '../../shell/periods.ts';
import type { AttemptRow, Explanation } from './explanation.ts';
import { readExplanation } from './explanation.ts';
import { TrailTable } from './trail-table.tsx';

/** Why a call went as it did, where a node keeps that: its attempts, its price, its trail. */
export function CallStory({ id }: { readonly id: string }): VNode {
  const { client, clock, resources } = useConsole();
  const path = resources.find('GET', '/explain/');
  if (path === undefined) {
    return (
      <section class="panel">
        <h2>Trail and price</h2>
        <p class="muted">
          Not installed on this node: nothing there keeps the story of a call (GET /explain).
        </p>
      </section>
    );
  }
  return <Story key={id} id={id} path={path} client={client} clock={clock} />;
}

type StoryProps = Pick<ReturnType<typeof useConsole>, 'client' | 'clock'> & {
  readonly id: string;
  readonly path: string;
};

function Story({ id, path, client, clock }: StoryProps): VNode {
  const resource = path.replace(/\{\w+\}/, encodeURIComponent(id));
  const { reading, nudge } = usePolled({
    ask: async () => readExplanation(await client.get(resource)),
    key: resource,
    periodMs: SLOW_PERIOD_MS,
    clock,
  });
  return (
    <section class="panel">
      <h2>Trail and price</h2>
      {reading.problem?.status === 404 ? (
        <p class="muted">
          No story is kept of this call: stories are of calls that somebody pays for, and begin with
          the first record.
        </p>
      ) : (
        <LiveRegion
          reading={reading}
          periodMs={SLOW_PERIOD_MS}
          what="the story of this call"
          onRetry={nudge}
        >
          {(story) => <StoryParts story={story} />}
        </LiveRegion>
      )}
    </section>
  );
}

function StoryParts({ story }: { readonly story: Explanation }): VNode {
  const { price, cost, currency, billedSeconds, outcome, endedAt, attempts, trail } = story;
  return (
    <>
      <dl class="facts">
        <dt>Outcome</dt>
        <dd>{outcome === '' ? 'not over' : outcome}</dd>
        <dt>Ended</dt>
        <dd>{formatInstant(endedAt)}</dd>
        <dt>Price</dt>
        <dd>
          {formatMoney(price, currency)}
          {billedSeconds !== null && ` for ${billedSeconds} s`}
        </dd>
        <dt>Cost</dt>
        <dd>{formatMoney(cost, currency)}</dd>
      </dl>
      {attempts.length > 0 && <Attempts attempts={attempts} currency={currency} />}
      <h3>Handlers</h3>
      <TrailTable trail={trail} />
    </>
  );
}

function Attempts(props: {
  readonly attempts: readonly AttemptRow[];
  readonly currency: string | null;
}): VNode {
  return (
    <>
      <h3>Attempts</h3>
      <ol class="attempts">
        {props.attempts.map(({ number, trunk, called, status, reason, ringMs, cost }) => (
          <li key={number}>
            <b>{trunk}</b> <span class="number">{called}</span> {status} {reason}
            {ringMs !== null && `, rang ${formatSpan(ringMs)}`}
            {cost !== null && `, cost ${formatMoney(cost, props.currency)}`}
          </li>
        ))}
      </ol>
    </>
  );
}
