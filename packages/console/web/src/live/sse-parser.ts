/** One event of a stream. */
export interface StreamEvent {
  readonly type: string;
  readonly data: string;
  /** The last id that the stream told, of this event or one before; empty: none. */
  readonly id: string;
}

/** A line without an end is cut off here: a broken stream cannot fill the memory. */
const LINE_LENGTH_MAX = 1_048_576;

/**
 * Reads server-sent events out of text in pieces (HTML Standard §9.2.6). Written by hand because
 * EventSource cannot send a token.
 */
export class SseParser {
  #rest = '';
  #type = '';
  #data: string[] = [];
  #id = '';

  /** Takes a piece in; the events that it completes. */
  read(piece: string): readonly StreamEvent[] {
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.#rest = (lines.pop() ?? '').slice(0, LINE_LENGTH_MAX);
    return lines.flatMap((line) => this.#readLine(line));
  }

  #readLine(line: string): readonly StreamEvent[] {
    if (line === '') return this.#complete();
    const colon = line.indexOf(':');
    if (colon === 0) return [];
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#type = value;
    if (field === 'data') this.#data.push(value);
    if (field === 'id' && !value.includes('\0')) this.#id = value;
    return [];
  }

  #complete(): readonly StreamEvent[] {
    const type = this.#type === '' ? 'message' : this.#type;
    const event = { type, data: this.#data.join('\n'), id: this.#id };
    const isEmpty = this.#data.length === 0;
    this.#type = '';
    this.#data = [];
    return isEmpty ? [] : [event];
  }
}
