import type { Reading } from './reading.ts';

/** First and next increment, in seconds. */
export interface IncrementPair {
  readonly firstSeconds: number;
  readonly nextSeconds: number;
}

const SPAN = /^(\d{1,5})(?:\.0+)?\s*(s|sec|secs|seconds?|["″]|m|min|mins|minutes?)?$/i;
const CLOCK = /^(\d{1,2}):(\d{2}):(\d{2})$/;
const DATE_OF_INCREMENT = /^\d{1,2}[-/ ][a-z]{3,}|^[a-z]{3,}[-/ ]\d{1,2}/i;
const UNIT_OF_TIME = /\d\s*(?:s|sec|secs|seconds?|m|min|mins|minutes?)\b/i;
const SECONDS_OF_WORD: ReadonlyMap<string, number> = new Map([
  ['persecond', 1],
  ['persec', 1],
  ['second', 1],
  ['perminute', 60],
  ['permin', 60],
  ['minute', 60],
]);

/** Reads a span of whole seconds: `60`, `60s`, `1 min`, `00:01:00`. */
export function readSeconds(cell: string): Reading<number> {
  const clock = CLOCK.exec(cell);
  if (clock !== null) {
    return { value: Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]) };
  }
  const span = SPAN.exec(cell);
  if (span === null) return { problem: 'expected seconds such as 60' };
  return { value: Number(span[1]) * (/^m/i.test(span[2] ?? '') ? 60 : 1) };
}

/** Reads both increments from one cell: `60/60`, `30-6`, `1+1`, or `6` for 6/6. */
export function readIncrements(cell: string): Reading<IncrementPair> {
  const word = SECONDS_OF_WORD.get(cell.toLowerCase().replace(/[^a-z]/g, ''));
  if (word !== undefined && !/\d/.test(cell)) {
    return { value: { firstSeconds: word, nextSeconds: word } };
  }
  if (DATE_OF_INCREMENT.test(cell) && !UNIT_OF_TIME.test(cell)) {
    return { problem: 'a spreadsheet has turned the increments into a date; write 6/6 as text' };
  }
  const spans = CLOCK.test(cell) ? [cell] : cell.split(/[/+:x\\-]/i).map((span) => span.trim());
  if (spans.length > 2) return { problem: 'expected two increments such as 30/6' };
  const [first = '', next = first] = spans;
  const firstSeconds = readSeconds(first);
  if ('problem' in firstSeconds) return { problem: 'expected increments such as 60/60' };
  const nextSeconds = readSeconds(next);
  if ('problem' in nextSeconds) return { problem: 'expected increments such as 60/60' };
  return { value: { firstSeconds: firstSeconds.value, nextSeconds: nextSeconds.value } };
}
