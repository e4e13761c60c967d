import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ActiveCallRow } from '../../api/call-row.ts';
import { mayAct } from '../../api/session.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatInstant } from '../../format/instant.ts';
import { formatMoney } from '../../format/money.ts';
import { useNow } from '../../live/use-now.ts';
import { useConsole } from '../../shell/console-context.ts';
import { StateMark } from '../../shell/state-mark.tsx';
import { ageOf, talkOf } from './call-age.ts';
import { nodesOf, trunksOf } from './call-columns.tsx';
import { HangUpDialog } from './hang-up-dialog.tsx';
import { ladderOf } from './ladder.ts';
import { LadderPicture } from './ladder-picture.tsx';
import { LegsTable } from './legs-table.tsx';
import { Sum } from './sum.tsx';
import { TrailTable } from './trail-table.tsx';

/** A call that goes on: who, for how long, at what price, over which legs, by which handlers. */
export function ActiveCall(props: {
  readonly call: ActiveCallRow;
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
        <div class="call-sums">
          <Sum title="Price so far" value={formatMoney(call.price, call.currency)} />
          <Sum title="Held" value={formatMoney(call.held, call.currency)} />
          <Sum title="Talk" value={talkMs === null ? '–' : formatDuration(talkMs)} />
          <Sum title="Age" value={formatDuration(ageOf(call, sinceMs))} />
        </div>
        <dl class="facts">
          <dt>Tenant</dt>
          <dd>{call.tenant ?? 'nobody pays'}</dd>
          <dt>Trunks</dt>
          <dd>{trunksOf(call) ?? '–'}</dd>
          <dt>Started</dt>
          <dd>{formatInstant(call.startedAt)}</dd>
          <dt>Nodes</dt>
          <dd>{nodesOf(call).join(' → ')}</dd>
        </dl>
      </section>
      <section class="panel" aria-labelledby="ladder-title">
        <h2 id="ladder-title">Legs</h2>
        <LadderPicture ladder={ladderOf(call)} />
        <LegsTable legs={call.legs} />
      </section>
      <section class="panel" aria-labelledby="trail-title">
        <h2 id="trail-title">Trail</h2>
        <TrailTable trail={call.trail} />
      </section>
      {isLeaving && (
        <HangUpDialog call={call} onClose={() => setLeaving(false)} onDone={onChanged} />
      )}
    </>
  );
}
