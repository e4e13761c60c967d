import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type CallRow, readCall } from '../../api/call-row.ts';
import { objectOf } from '../../api/read-json.ts';
import { mayAct } from '../../api/session.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatInstant } from '../../format/instant.ts';
import { formatMoney } from '../../format/money.ts';
import { LiveRegion } from '../../live/live-region.tsx';
import { useNow } from '../../live/use-now.ts';
import { usePolled } from '../../live/use-polled.ts';
import { useConsole } from '../../shell/console-context.ts';
import { CALLS_PERIOD_MS } from '../../shell/periods.ts';
import { hrefOf } from '../../shell/place.ts';
import { StateMark } from '../../shell/state-mark.tsx';
import { ageOf, talkOf } from './call-age.ts';
import { nodesOf, trunksOf } from './call-columns.tsx';
import { CallStory } from './call-story.tsx';
import { HangUpDialog } from './hang-up-dialog.tsx';
import { ladderOf } from './ladder.ts';
import { LadderPicture } from './ladder-picture.tsx';
import { LegsTable } from './legs-table.tsx';

/** One call: its ladder and legs while it is active, and its story where one is kept. */
export function CallView({ id }: { readonly id: string }): VNode {
  const { client, clock, events } = useConsole();
  const resource = `/calls/${encodeURIComponent(id)}`;
  const ask = async (): Promise<CallRow> => readCall(objectOf(await client.get(resource))['call']);
  const options = { ask, key: resource, periodMs: CALLS_PERIOD_MS, clock };
  const { reading, nudge } = usePolled(options);
  useEffect(() => events.listen(() => nudge()), [events, nudge]);
  const isOver = reading.problem?.status === 404;
  return (
    <>
      <p class="way-back">
        <a href={hrefOf('calls')}>‹ Active calls</a>
      </p>
      <h1>
        Call <span class="mono">{id}</span>
      </h1>
      {isOver ? (
        <div class="notice notice-empty" role="status">
          <strong>Not active.</strong> {reading.problem?.message}: it has ended, or there never was
          one. A call that has ended has its record under <a href={hrefOf('cdrs')}>CDRs</a>.
        </div>
      ) : (
        <LiveRegion reading={reading} periodMs={CALLS_PERIOD_MS} what="the call" onRetry={nudge}>
          {(call) => (
            <ActiveCall call={call} receivedAtMs={reading.receivedAtMs ?? 0} onChanged={nudge} />
          )}
        </LiveRegion>
      )}
      <CallStory id={id} />
    </>
  );
}

function ActiveCall(props: {
  readonly call: CallRow;
  readonly receivedAtMs: number;
  readonly onChanged: () => void;
}): VNode {
  const { call, receivedAtMs, onChanged } = props;
  const { clock, session } = useConsole();
  const [isLeaving, setLeaving] = useState(false);
  const sinceMs = useNow(clock) - receivedAtMs;
  const talkMs = talkOf(call, sinceMs);
  return (
    <>
      <section class="panel" aria-label="The call now">
        <div class="panel-head">
          <p class="parties">
            <span class="number">{call.caller === '' ? 'anonymous' : call.caller}</span>
            <span class="muted"> to </span>
            <span class="number">{call.called}</span> <StateMark state={call.state} />
          </p>
          {mayAct(session.role, 'admin') && (
            <button type="button" class="button-danger" onClick={() => setLeaving(true)}>
              Hang up
            </button>
          )}
        </div>
        <dl class="facts">
          <dt>Age</dt>
          <dd>{formatDuration(ageOf(call, sinceMs))}</dd>
          <dt>Talk time</dt>
          <dd>{talkMs === null ? 'not answered' : formatDuration(talkMs)}</dd>
          <dt>Started</dt>
          <dd>{formatInstant(call.startedAt)}</dd>
          <dt>Nodes</dt>
          <dd>{nodesOf(call).join(' → ')}</dd>
          <dt>Tenant</dt>
          <dd>{call.tenant ?? '–'}</dd>
          <dt>Trunks</dt>
          <dd>{trunksOf(call) ?? '–'}</dd>
          <dt>Held</dt>
          <dd>{formatMoney(call.held, call.currency)}</dd>
          <dt>Price so far</dt>
          <dd>{formatMoney(call.price, call.currency)}</dd>
        </dl>
      </section>
      <section class="panel" aria-labelledby="ladder-title">
        <h2 id="ladder-title">Legs</h2>
        <LadderPicture ladder={ladderOf(call)} />
        <LegsTable legs={call.legs} />
      </section>
      {isLeaving && (
        <HangUpDialog call={call} onClose={() => setLeaving(false)} onDone={onChanged} />
      )}
    </>
  );
}
