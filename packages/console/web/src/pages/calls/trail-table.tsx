import type { VNode } from 'preact';
import { formatSpan } from '../../format/duration.ts';
import type { TrailRow } from '../../api/trail-row.ts';
import { stepsOf, type TrailStep } from './trail.ts';

/** Which handlers a call met, in order, and what each one did. */
export function TrailTable({ trail }: { readonly trail: readonly TrailRow[] }): VNode {
  if (trail.length === 0) return <p class="muted">No trail was kept.</p>;
  const steps = stepsOf(trail);
  const hasMessages = steps.some(({ message }) => message !== '');
  return (
    <div class="table-frame">
      <table class="data-table trail-table" aria-label="Handlers in order">
        <thead>
          <tr>
            {hasMessages && <th scope="col">Message</th>}
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
          {steps.map((step, index) => (
            <Step key={`${index} ${step.handler}`} step={step} hasMessages={hasMessages} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Step(props: { readonly step: TrailStep; readonly hasMessages: boolean }): VNode {
  const { step, hasMessages } = props;
  const { message, node, handler, priority, outcome, note, durationMs, isFirst } = step;
  const isSilent = handler === '';
  return (
    <tr class={hasMessages && isFirst ? 'trail-first' : ''}>
      {hasMessages && (
        <td data-title="Message" class={isFirst ? '' : 'trail-repeated'}>
          {isFirst && (
            <>
              <b>{message}</b> <span class="muted small">{node}</span>
            </>
          )}
        </td>
      )}
      <td class="numeric" data-title="Priority">
        {isSilent ? '–' : priority}
      </td>
      <td class="mono" data-title="Handler">
        {isSilent ? <span class="muted">nobody</span> : handler}
      </td>
      <td data-title="Outcome">
        <span class={`outcome-${toneOfOutcome(outcome)}`}>{outcome}</span>
      </td>
      <td data-title="Note">{note}</td>
      <td class="numeric" data-title="Took">
        {durationMs === null ? '–' : formatSpan(durationMs)}
      </td>
    </tr>
  );
}

function toneOfOutcome(outcome: string): 'good' | 'bad' | 'plain' | 'quiet' {
  if (outcome === 'answered') return 'good';
  if (['threw', 'late', 'quarantined'].includes(outcome)) return 'bad';
  return outcome === 'changed' ? 'plain' : 'quiet';
}
