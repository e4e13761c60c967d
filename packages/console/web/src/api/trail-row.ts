import { nullableNumber, numberOf, objectOf, textOf } from './read-json.ts';

/** One remark about a handler that a message met. */
export interface TrailRow {
  /** Empty in a route test: all is one message there. */
  readonly message: string;
  readonly node: string;
  /** Empty: no handler had anything to say. */
  readonly handler: string;
  readonly priority: number;
  readonly outcome: string;
  readonly note: string;
  readonly durationMs: number | null;
}

/** Reads one entry of a trail. */
export function readTrailRow(value: unknown): TrailRow {
  const row = objectOf(value);
  return {
    message: textOf(row['message']),
    node: textOf(row['node']),
    handler: textOf(row['handler']),
    priority: numberOf(row['priority']),
    outcome: textOf(row['outcome']),
    note: textOf(row['note']),
    durationMs: nullableNumber(row['durationMs']),
  };
}
