import type { CallStory } from './call-story.ts';

/** What one handler did with one message of a call. */
export interface TrailEntry {
  readonly message: string;
  /** The node where it ran. */
  readonly node: string;
  /** Epoch ms. */
  readonly at: number;
  /** Empty: no handler had anything to say. */
  readonly handler: string;
  readonly priority: number;
  readonly outcome: string;
  readonly note: string | null;
  readonly durationMs: number | null;
}

/** As `describeNote` of the engine writes a remark: `cluster.local:50 changed called (1.5 ms)`. */
const REMARK = /^(\S+):(\d+) (\w+)(?: (.*?))?(?: \((\d+(?:\.\d+)?) ms\))?$/s;

/** The trail that is kept with a record, one entry for each remark about a handler. */
export function pastTrail(trail: CallStory['trail'], callNode: string): readonly TrailEntry[] {
  return trail.flatMap(({ message, at, node = callNode, notes }) => {
    const step = { message, node, at };
    if (notes.length > 0) return notes.map((remark) => ({ ...step, ...entryOf(remark) }));
    const silence = { handler: '', priority: 0, outcome: 'passed', note: null, durationMs: null };
    return [{ ...step, ...silence }];
  });
}

function entryOf(remark: string): Omit<TrailEntry, 'message' | 'node' | 'at'> {
  const read = REMARK.exec(remark);
  if (read === null) {
    return { handler: '', priority: 0, outcome: 'ran', note: remark, durationMs: null };
  }
  const [, handler = '', priority, outcome = '', note, took] = read;
  return {
    handler,
    priority: Number(priority),
    outcome,
    note: note ?? null,
    durationMs: took === undefined ? null : Number(took),
  };
}
