import type { TrailEntry } from '@tandem/engine';
import type { CallStory } from './call-story.ts';

/** As `describeNote` of the engine writes a remark: `cluster.local:50 changed called (1.5 ms)`. */
const REMARK = /^(\S+):(\d+) (\w+)(?: (?!\([\d.]+ ms\)$)(.*?))?(?: \((\d+(?:\.\d+)?) ms\))?$/s;

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
