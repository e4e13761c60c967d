import type { VNode } from 'preact';
import { formatMoney } from '../../format/money.ts';
import { CandidatesTable } from '../calls/candidates-table.tsx';
import { TrailTable } from '../calls/trail-table.tsx';
import type { RouteAnswer } from './route-answer.ts';

/** What would become of the call: where it goes or why not, and how that was decided. */
export function RouteAnswerView({ answer }: { readonly answer: RouteAnswer }): VNode {
  const { outcome, status, reason, tenant, inboundTrunk, sell, groups, candidates, trail } = answer;
  const isRouted = outcome === 'route';
  return (
    <>
      <section class="panel" aria-live="polite">
        <h2>
          <span class={isRouted ? 'state state-good' : 'state state-bad'}>
            {isRouted ? 'It would be routed' : `It would be refused: ${status} ${reason}`}
          </span>
        </h2>
        <dl class="facts">
          <dt>Tenant</dt>
          <dd>{tenant ?? '–'}</dd>
          <dt>Inbound trunk</dt>
          <dd>{inboundTrunk ?? '–'}</dd>
          <dt>Sells at</dt>
          <dd>{sell ?? '–'}</dd>
        </dl>
        <ol class="attempts">
          {groups.map((group, index) => (
            <li key={index}>
              {group.map(({ trunk, callto, caller, called, margin }) => (
                <div key={`${trunk} ${callto}`}>
                  <b>{trunk}</b> <span class="mono">{callto}</span> {caller} → {called}
                  {margin !== null && (
                    <span class="muted">, margin {formatMoney(margin, null)}</span>
                  )}
                </div>
              ))}
            </li>
          ))}
        </ol>
      </section>
      <section class="panel">
        <h2>Candidates</h2>
        <CandidatesTable candidates={candidates} />
      </section>
      <section class="panel">
        <h2>Handlers</h2>
        <TrailTable trail={trail} />
      </section>
    </>
  );
}
