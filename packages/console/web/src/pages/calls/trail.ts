import type { TrailRow } from '../../api/trail-row.ts';

/** What one handler did with a message, its remarks put together. */
export interface TrailStep extends TrailRow {
  /** The first one of its message. */
  readonly isFirst: boolean;
}

/** Outcomes that only say that time passed: another word of the same handler says more. */
const SILENT = new Set(['ran', 'waited']);

/**
 * Puts the remarks about one handler together: `waited` 25 ms and `answered` are one line, and so
 * are five changed params.
 */
export function stepsOf(trail: readonly TrailRow[]): readonly TrailStep[] {
  const steps: TrailStep[] = [];
  for (const row of trail) {
    const last = steps.at(-1);
    const isSameMessage = last?.message === row.message && last.node === row.node;
    if (isSameMessage && last.handler === row.handler && last.priority === row.priority) {
      steps[steps.length - 1] = join(last, row);
    } else steps.push({ ...row, isFirst: !isSameMessage });
  }
  return steps;
}

function join(step: TrailStep, row: TrailRow): TrailStep {
  const outcome = SILENT.has(row.outcome) ? step.outcome : row.outcome;
  const notes = [step.note, row.note].filter((note) => note !== '');
  const durationMs = row.durationMs ?? step.durationMs;
  return { ...step, outcome, note: notes.join(', '), durationMs };
}
