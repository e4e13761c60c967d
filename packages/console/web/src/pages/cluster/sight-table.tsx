import type { VNode } from 'preact';
import type { NodeRow } from '../../api/node-row.ts';
import { StateMark } from '../../shell/state-mark.tsx';

/** Who sees whom, as a table: rows see, columns are seen. */
export function SightTable({ nodes }: { readonly nodes: readonly NodeRow[] }): VNode {
  return (
    <section class="panel" aria-labelledby="sights-title">
      <h2 id="sights-title">Who sees whom</h2>
      <div class="table-frame">
        <table
          class="data-table sight-table"
          aria-label="Who sees whom: rows see, columns are seen"
        >
          <thead>
            <tr>
              <th scope="col">sees</th>
              {nodes.map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {nodes.map((from) => (
              <tr key={from.name}>
                <th scope="row">{from.name}</th>
                {nodes.map((to) => (
                  <td key={to.name}>
                    <Sight from={from} to={to} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Sight({ from, to }: { readonly from: NodeRow; readonly to: NodeRow }): VNode {
  const state = to.seenBy[from.name];
  if (from.name === to.name) return <span class="muted">itself</span>;
  if (from.state === 'dead' || state === undefined) return <span class="muted">–</span>;
  return <StateMark state={state} />;
}
