import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { type ActiveCallRow, readActiveCall } from '../../api/call-row.ts';
import { objectOf, parseJson } from '../../api/read-json.ts';
import { LiveRegion } from '../../live/live-region.tsx';
import { usePolled } from '../../live/use-polled.ts';
import { useConsole } from '../../shell/console-context.ts';
import { CALLS_PERIOD_MS } from '../../shell/periods.ts';
import { ActiveCall } from './active-call.tsx';
import { CallHead } from './call-head.tsx';
import { CallStory } from './call-story.tsx';

/** One call: as it is while it is active, and its story once it is over. */
export function CallView({ id }: { readonly id: string }): VNode {
  const { client, clock, events } = useConsole();
  const resource = `/calls/${encodeURIComponent(id)}`;
  const ask = async (): Promise<ActiveCallRow> =>
    readActiveCall(objectOf(await client.get(resource))['call']);
  const options = { ask, key: resource, periodMs: CALLS_PERIOD_MS, clock };
  const { reading, nudge } = usePolled(options);
  useEffect(
    () =>
      events.listen(({ type, data }) => {
        const isOurs = type === 'call' && objectOf(parseJson(data))['id'] === id;
        if (isOurs || type === 'lost') nudge();
      }),
    [events, nudge, id],
  );
  const isOver = reading.problem?.status === 404;
  return (
    <>
      <CallHead id={id} page="calls" back="Active calls" />
      {isOver ? (
        <CallStory key={id} id={id} />
      ) : (
        <LiveRegion reading={reading} periodMs={CALLS_PERIOD_MS} what="the call" onRetry={nudge}>
          {(call) => (
            <ActiveCall call={call} receivedAtMs={reading.receivedAtMs ?? 0} onChanged={nudge} />
          )}
        </LiveRegion>
      )}
    </>
  );
}
