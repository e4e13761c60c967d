import { isTokenCode } from './characters.ts';
import { defaultParseLimits, type ParseLimits } from './parse-limits.ts';
import { statedContentLength } from './stated-content-length.ts';

/** What a stream brought. After `broken` nothing more comes: answer if asked to, then close. */
export type FramedEvent =
  /** One whole message, for `parseMessage`. A view: read it before the buffer may be reused. */
  | { readonly kind: 'message'; readonly bytes: Buffer }
  /** A double CRLF: the peer asks for a sign of life, one CRLF (RFC 5626 §3.5.1). */
  | { readonly kind: 'ping' }
  /** A single CRLF: the answer to our own ping, or a line end too many. */
  | { readonly kind: 'pong' }
  | {
      readonly kind: 'broken';
      readonly status: 400 | 413 | 513;
      /** Reason phrase that never echoes input. */
      readonly reason: string;
      /** The head, whole or as far as it came, for the answer; undefined for what is no SIP. */
      readonly head: Buffer | undefined;
    };

const EMPTY = Buffer.alloc(0);
const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Cuts a byte stream into messages by Content-Length (RFC 3261 §18.3). Fed with chunks as they
 * come, however they are cut; holds at most one message and nothing while the stream is idle;
 * each byte is looked at once and copied at most a few times, even when bytes come singly.
 */
export class StreamFramer {
  readonly #limits: ParseLimits;
  // Bytes from #start to #end wait to become a message. What lies before #end is never written
  // again, so views given away stay as they are.
  #store: Buffer = EMPTY;
  #start = 0;
  #end = 0;
  /** Up to here no end of a head was found. */
  #searchedTo = 0;
  /** Length of the message whose head is complete; -1 while it is not. */
  #messageBytes = -1;
  #hasLoneCrLf = false;
  #isPongDue = false;
  #isBroken = false;

  constructor(limits: ParseLimits = defaultParseLimits) {
    this.#limits = limits;
  }

  /** Bytes that wait for the rest of their message. */
  get waitingBytes(): number {
    return this.#end - this.#start;
  }

  /** Whether the stream cannot be read any more. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** We sent a ping: the next lone line end is its answer and not the first half of a ping. */
  expectPong(): void {
    this.#isPongDue = true;
  }

  /** Takes the next chunk and tells what became whole with it, in order. */
  push(chunk: Buffer): FramedEvent[] {
    const events: FramedEvent[] = [];
    if (this.#isBroken || chunk.length === 0) return events;
    this.#append(chunk);
    while (this.#takeOne(events));
    if (this.#start === this.#end) this.#release();
    // The few bytes of a begun message must not hold the large chunk they came in.
    else if (this.waitingBytes * 4 < this.#store.length && this.#store.length > 4_096) {
      this.#moveTo(Buffer.allocUnsafeSlow(2 * this.waitingBytes));
    }
    return events;
  }

  // One step; false when more bytes are needed or the stream is broken.
  #takeOne(events: FramedEvent[]): boolean {
    if (this.#messageBytes < 0) {
      if (this.#takeLineEnds(events)) return true;
      if (this.#start === this.#end || !this.#findHead(events)) return false;
    }
    if (this.waitingBytes < this.#messageBytes) return false;
    const end = this.#start + this.#messageBytes;
    events.push({ kind: 'message', bytes: this.#store.subarray(this.#start, end) });
    this.#start = end;
    this.#searchedTo = end;
    this.#messageBytes = -1;
    return true;
  }

  #takeLineEnds(events: FramedEvent[]): boolean {
    if (this.#store[this.#start] !== 0x0d || this.waitingBytes < 2) return false;
    if (this.#store[this.#start + 1] !== 0x0a) return false;
    this.#start += 2;
    this.#searchedTo = this.#start;
    const isSecond = this.#hasLoneCrLf;
    const isDouble =
      !isSecond &&
      this.#store[this.#start] === 0x0d &&
      this.#store[this.#start + 1] === 0x0a &&
      this.waitingBytes >= 2;
    if (isDouble) this.#start += 2;
    this.#searchedTo = this.#start;
    // A ping may be cut between its line ends: the first counts as a pong, the second completes it.
    this.#hasLoneCrLf = !isSecond && !isDouble && !this.#isPongDue;
    if (!isDouble) this.#isPongDue = false;
    events.push({ kind: isSecond || isDouble ? 'ping' : 'pong' });
    return true;
  }

  // Finds the end of the head and with it the length of the message.
  #findHead(events: FramedEvent[]): boolean {
    const first = this.#store[this.#start] ?? 0;
    const isLineEnd = first === 0x0d && this.waitingBytes === 1;
    if (!isLineEnd) this.#hasLoneCrLf = false;
    if (!isTokenCode(first) && !isLineEnd) return this.#break(events, 400, 'Not SIP', false);
    const headEnd = this.#store.subarray(0, this.#end).indexOf(HEAD_END, this.#searchedTo);
    if (headEnd < 0) {
      this.#searchedTo = Math.max(this.#start, this.#end - 3);
      return this.waitingBytes > this.#limits.headBytesMax
        ? this.#break(events, 513, 'Headers too large', true)
        : false;
    }
    const headBytes = headEnd + 4 - this.#start;
    this.#searchedTo = headEnd + 4;
    if (headBytes > this.#limits.headBytesMax) {
      return this.#break(events, 513, 'Headers too large', true);
    }
    const head = this.#store.toString('latin1', this.#start, headEnd + 4);
    const bodyBytes = statedContentLength(head);
    if (typeof bodyBytes === 'string') return this.#break(events, 400, bodyBytes, true);
    if (bodyBytes > this.#limits.bodyBytesMax) {
      return this.#break(events, 413, 'Request Entity Too Large', true);
    }
    if (headBytes + bodyBytes > this.#limits.messageBytesMax) {
      return this.#break(events, 513, 'Message Too Large', true);
    }
    this.#messageBytes = headBytes + bodyBytes;
    return true;
  }

  #break(events: FramedEvent[], status: 400 | 413 | 513, reason: string, isSip: boolean): false {
    const headEnd = Math.min(
      this.#searchedTo > this.#start ? this.#searchedTo : this.#end,
      this.#start + this.#limits.headBytesMax,
    );
    const head = isSip ? Buffer.from(this.#store.subarray(this.#start, headEnd)) : undefined;
    events.push({ kind: 'broken', status, reason, head });
    this.#isBroken = true;
    this.#end = this.#start;
    return false;
  }

  #append(chunk: Buffer): void {
    if (this.#start === this.#end) {
      // Nothing waits: the chunk itself serves, and most often is one whole message.
      this.#store = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      this.#searchedTo = 0;
      return;
    }
    if (this.#end + chunk.length > this.#store.length) {
      this.#moveTo(Buffer.allocUnsafeSlow(Math.max(1_024, 2 * (this.waitingBytes + chunk.length))));
    }
    chunk.copy(this.#store, this.#end);
    this.#end += chunk.length;
  }

  #moveTo(larger: Buffer): void {
    this.#store.copy(larger, 0, this.#start, this.#end);
    this.#searchedTo = Math.max(0, this.#searchedTo - this.#start);
    this.#end -= this.#start;
    this.#start = 0;
    this.#store = larger;
  }

  #release(): void {
    this.#store = EMPTY;
    this.#start = 0;
    this.#end = 0;
    this.#searchedTo = 0;
  }
}
