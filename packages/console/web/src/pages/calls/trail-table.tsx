import type { VNode } from 'preact';
import { formatSpan } from '../../format/duration.ts';
import type { TrailRow } from './explanation.ts';

/** Which handlers a call met, in order, and what each one did. */
export function TrailTable({ trail }: { readonly trail: readonly TrailRow[] }): VNode {
  if (trail.length === 0) return <p class="muted">No trail was kept.</p>;
  return (
    <div class="table-frame">
      <table class="data-table" aria-label="Handlers in order">
        <thead>
          <tr>
            <th scope="col" class="numeric">
              Priority
            </th>
            <th scope="col">Handler</th>
            <th scope="col">Outcome</th>
            <th scope="col">Note</th>
            <th scope="col" class="numeric">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {trail.map(({ handler, priority, outcome, note, durationMs }, index) => (
            <tr key={`${index} ${handler}`}>
              <td class="numeric" data-title="Priority">
                {priority}
              </td>
              <td class="mono" data-title="Handler">
                {handler}
              </td>
              <td data-title="Outcome">{outcome}</td>
              <td data-title="Note">{note}</td>
              <td class="numeric" data-title="Took">
                {durationMs === null ? '–' : formatSpan(durationMs)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
