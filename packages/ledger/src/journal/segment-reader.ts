import { createReadStream } from 'node:fs';
import { readJournalLine } from './journal-line.ts';

const LINE_FEED = 0x0a;
const CHUNK_BYTES = 1 << 20;
/** No record is longer; what is, was not written by us. */
const LINE_BYTES_MAX = 1 << 20;

/** Some lines of a segment, in order. */
export interface SegmentPart {
  readonly texts: readonly string[];
  /** Lines before the last one whose checksum is wrong: the disk has changed them. */
  readonly damaged: number;
}

/**
 * Reads a segment in parts of about a megabyte. A torn last line was never acknowledged, and is
 * left out; any other line that cannot be read is counted. Throws the file system's errors.
 */
export async function* readSegment(path: string): AsyncGenerator<SegmentPart> {
  let rest: Buffer = Buffer.alloc(0);
  // A line is damaged only when another one follows: the last may be torn.
  let suspects = 0;
  const stream = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const whole = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = whole.lastIndexOf(LINE_FEED) + 1;
    rest = whole.subarray(end);
    if (rest.length > LINE_BYTES_MAX) {
      suspects++;
      rest = Buffer.alloc(0);
    }
    const texts: string[] = [];
    let damaged = 0;
    for (const line of linesOf(whole.toString('utf8', 0, end))) {
      damaged += suspects;
      suspects = 0;
      const text = readJournalLine(line);
      if (text === undefined) suspects++;
      else texts.push(text);
    }
    if (texts.length > 0 || damaged > 0) yield { texts, damaged };
  }
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  lines.pop();
  return lines;
}
