/** What a handler did with a message, as its trail tells it. */
export type NoteKind = 'answered' | 'changed' | 'threw' | 'late' | 'quarantined' | 'waited' | 'ran';

/** One remark about one handler. */
export interface TrailNote {
  /** Index into the step's `labels`. */
  readonly handler: number;
  readonly kind: NoteKind;
  /** Params changed, or what went wrong. */
  readonly text?: string | undefined;
  readonly durationMs?: number | undefined;
}

/** One dispatch: the whole pipeline's labels, shared by all dispatches of it, and remarks. */
export interface TrailStep {
  readonly message: string;
  /** `plugin:priority` of every handler installed then, in order. Shared: never written. */
  readonly labels: readonly string[];
  /** When the message was made, epoch ms; one that waited in its call's lane ran later. */
  readonly at: number;
  /** The node where it ran, if not this one. */
  readonly node?: string | undefined;
  notes: TrailNote[] | undefined;
}

/** Steps kept by one trail; a call that asks more keeps its first ones and counts the rest. */
const STEPS_MAX = 64;
/** Notes kept by one step. */
const NOTES_MAX = 64;

/**
 * The story of a call: which messages were asked, and what which handler did.
 * Cheap by construction: labels are shared, notes exist only where something happened.
 */
export class Trail {
  readonly steps: TrailStep[] = [];
  /** Steps beyond the bound, not kept. */
  dropped = 0;

  /** Begins a step; beyond the bound the step is returned but not kept. */
  begin(message: string, labels: readonly string[], at: number): TrailStep {
    const step: TrailStep = { message, labels, at, node: undefined, notes: undefined };
    if (this.steps.length < STEPS_MAX) this.steps.push(step);
    else this.dropped++;
    return step;
  }

  /** Takes in steps that another node sent along with its answer. */
  adopt(steps: readonly TrailStep[]): void {
    for (const step of steps) {
      if (this.steps.length < STEPS_MAX) this.steps.push(step);
      else this.dropped++;
    }
  }
}

/**
 * Adds a remark to a step, within its bound. The first two are not pushed: a step is kept as
 * long as its call and rarely has more, and a pushed array would hold room for seventeen.
 */
export function note(
  step: TrailStep,
  handler: number,
  kind: NoteKind,
  text?: string,
  durationMs?: number,
): void {
  const remark: TrailNote = { handler, kind, text, durationMs };
  const { notes } = step;
  if (notes === undefined) step.notes = [remark];
  else if (notes.length === 1) step.notes = [notes[0]!, remark];
  else if (notes.length < NOTES_MAX) notes.push(remark);
}

/** One remark in people's words: `cluster.prefix:50 changed data`. */
export function describeNote(step: TrailStep, remark: TrailNote): string {
  const label = step.labels[remark.handler] ?? '?';
  const text = remark.text === undefined ? '' : ` ${remark.text}`;
  const took = remark.durationMs === undefined ? '' : ` (${remark.durationMs.toFixed(1)} ms)`;
  return `${label} ${remark.kind}${text}${took}`;
}
