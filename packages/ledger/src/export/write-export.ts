import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

const LINE_FEED = 0x0a;
/** Added to the name of a file until it is whole. */
const PARTIAL = '.partial';

/**
 * Writes a CSV to a file that appears under its name only when it is whole and on the disk. The
 * records written, header excluded. @throws the source's or the file system's error; then no file
 * is left
 */
export async function writeExport(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
): Promise<number> {
  const partial = `${path}${PARTIAL}`;
  const counter = new LineCounter();
  try {
    const file = createWriteStream(partial, { mode: 0o640, flush: true });
    await pipeline(counter.count(chunks), file);
    await rename(partial, path);
  } catch (fault) {
    await rm(partial, { force: true });
    throw fault;
  }
  return counter.records;
}

/** Counts the records of a CSV that passes by: line feeds inside of texts were taken out. */
export class LineCounter {
  #lines = 0;

  /** Without the header. */
  get records(): number {
    return Math.max(0, this.#lines - 1);
  }

  /** Lets the chunks pass. */
  async *count(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      let at = -1;
      while ((at = chunk.indexOf(LINE_FEED, at + 1)) !== -1) this.#lines++;
      yield chunk;
    }
  }
}
