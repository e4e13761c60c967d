import type { VNode } from 'preact';
import type { NodeRow } from '../../api/node-row.ts';
import { formatSpan } from '../../format/duration.ts';
import { formatRate } from '../../format/quantity.ts';
import { hrefOf } from '../../shell/place.ts';
import { StateMark } from '../../shell/state-mark.tsx';

/** The nodes in a line each; the page of the cluster has the rest. */
export function NodeList({ nodes }: { readonly nodes: readonly NodeRow[] }): VNode {
  return (
    <ul class="node-list">
      {nodes.map(({ name, state, callsPerSecond, loopLagMs }) => (
        <li key={name}>
          <a href={hrefOf('cluster')}>{name}</a>
          <StateMark state={state} />
          <span class="muted">
            {state === 'dead'
              ? '–'
              : `${formatRate(callsPerSecond)}/s · lag ${formatSpan(loopLagMs)}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
