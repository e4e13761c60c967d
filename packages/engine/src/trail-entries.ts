import type { Trail, TrailNote } from './trail.ts';

/** One remark about one handler, as JSON shows trails. */
export interface TrailEntry {
  readonly message: string;
  /** The node where it ran. */
  readonly node: string;
  /** When the message was made, epoch ms. */
  readonly at: number;
  /** Empty: no handler had anything to say. */
  readonly handler: string;
  readonly priority: number;
  /** `passed` where nobody did anything, else what the remark says: `answered`, `changed` … */
  readonly outcome: string;
  readonly note: string | null;
  readonly durationMs: number | null;
}

/** A trail as a flat list, for programs and pages. `node` is where it was kept. Never throws. */
export function trailEntries({ steps }: Trail, node: string): readonly TrailEntry[] {
  return steps.flatMap((step): TrailEntry[] => {
    const { message, at, labels, notes } = step;
    const place = { message, node: step.node ?? node, at };
    if (notes === undefined || notes.length === 0) {
      const silence = { handler: '', priority: 0, outcome: 'passed', note: null, durationMs: null };
      return [{ ...place, ...silence }];
    }
    return notes.map((remark) => ({ ...place, ...entryOf(labels[remark.handler] ?? '', remark) }));
  });
}

function entryOf(label: string, { kind, text, durationMs }: TrailNote) {
  const colon = label.lastIndexOf(':');
  return {
    handler: colon < 0 ? label : label.slice(0, colon),
    priority: colon < 0 ? 0 : Number(label.slice(colon + 1)),
    outcome: kind,
    note: text ?? null,
    durationMs: durationMs ?? null,
  };
}
