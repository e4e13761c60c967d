import { isToken, trimmedSlice } from './characters.ts';
import { headerName, usualHeaderName } from './header-names.ts';
import type { ParseLimits } from './parse-limits.ts';
import type { ParseRefusalStatus } from './parse-outcome.ts';

/** A fault found in a message: status and reason phrase of the answer. */
export interface ParseFault {
  readonly status: ParseRefusalStatus;
  readonly reason: string;
}

/** Start line and header lines of a message, cut apart but not yet understood. */
export interface ScannedHead {
  readonly startLine: string;
  /** Header names as they are written again, their keys, their values: lists of equal length. */
  readonly names: string[];
  readonly keys: string[];
  readonly values: string[];
  /** Where the body begins; the length of the text where the head never ended. */
  readonly bodyStart: number;
  /** The first fault; what was read before and after it still serves to form an answer. */
  readonly fault: ParseFault | undefined;
}

const CR = 0x0d;

/**
 * Cuts the head of a message into lines in one forward pass, unfolding as it goes. It stops at a
 * cap, but a line it cannot read is only noted: the rest may still tell where to answer.
 */
export function scanHead(text: string, start: number, limits: ParseLimits): ScannedHead {
  return new HeadScan(text, start, limits).run();
}

class HeadScan {
  readonly #text: string;
  readonly #limits: ParseLimits;
  readonly #headEnd: number;
  readonly #names: string[] = [];
  readonly #keys: string[] = [];
  readonly #values: string[] = [];
  #at: number;
  #fault: ParseFault | undefined;

  constructor(text: string, start: number, limits: ParseLimits) {
    this.#text = text;
    this.#limits = limits;
    this.#headEnd = Math.min(text.length, start + limits.headBytesMax);
    this.#at = start;
  }

  run(): ScannedHead {
    const text = this.#text;
    const start = this.#at;
    const startLineEnd = this.#endOfLine(start);
    const startLine = text.slice(start, startLineEnd);
    if (startLine.length > this.#limits.lineBytesMax) this.#fault = requestLineTooLong;
    for (let lines = 0; this.#at < this.#headEnd; lines++) {
      const lineStart = this.#at;
      let end = this.#endOfLine(lineStart);
      if (end === lineStart) return this.#result(startLine, this.#at);
      let isFolded = false;
      while (this.#at < this.#headEnd && isBlank(text.charCodeAt(this.#at))) {
        isFolded = true;
        end = this.#endOfLine(this.#at);
      }
      if (lines >= this.#limits.headerLinesMax) {
        this.#fault ??= tooManyLines;
        return this.#result(startLine, text.length);
      }
      if (end - lineStart > this.#limits.lineBytesMax) this.#fault ??= lineTooLong;
      else this.#readLine(lineStart, end, isFolded);
    }
    this.#fault ??= this.#at >= text.length ? unendedHead : headTooLong;
    return this.#result(startLine, text.length);
  }

  // Where the line that begins at `start` ends; moves behind its line end.
  #endOfLine(start: number): number {
    const text = this.#text;
    const lineFeed = text.indexOf('\n', start);
    if (lineFeed < 0) {
      this.#at = text.length;
      return text.length;
    }
    this.#at = lineFeed + 1;
    if (text.indexOf('\r', start) === lineFeed - 1) return lineFeed - 1;
    if (text.charCodeAt(lineFeed - 1) !== CR || lineFeed === start) {
      this.#fault ??= bareLineFeed;
      return lineFeed;
    }
    this.#fault ??= bareCarriageReturn;
    return lineFeed - 1;
  }

  #readLine(start: number, end: number, isFolded: boolean): void {
    const text = this.#text;
    const colon = text.indexOf(':', start);
    if (colon < 0 || colon >= end) {
      this.#fault ??= brokenLine;
      return;
    }
    let both = usualHeaderName(text, start, colon);
    if (both === undefined) {
      let nameEnd = colon;
      while (nameEnd > start && isBlank(text.charCodeAt(nameEnd - 1))) nameEnd--;
      const spelling = text.slice(start, nameEnd);
      if (!isToken(spelling)) {
        this.#fault ??= brokenLine;
        return;
      }
      both = headerName(spelling);
    }
    this.#names.push(both.name);
    this.#keys.push(both.key);
    const value = trimmedSlice(text, colon + 1, end);
    this.#values.push(isFolded ? unfolded(value) : value);
  }

  #result(startLine: string, bodyStart: number): ScannedHead {
    return {
      startLine,
      names: this.#names,
      keys: this.#keys,
      values: this.#values,
      bodyStart,
      fault: this.#fault,
    };
  }
}

// Each line end with the blanks after it is one space (RFC 3261 §7.3.1).
function unfolded(value: string): string {
  const joined = value.replaceAll(/[\r\n]+[ \t]+/g, ' ');
  return trimmedSlice(joined, 0, joined.length);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

// Another parser on the way may take a bare CR or LF for part of a value: what it passed as one
// header must not become two here, so such a message is refused whole.
const bareLineFeed: ParseFault = { status: 400, reason: 'Line does not end in CRLF' };
const bareCarriageReturn: ParseFault = { status: 400, reason: 'Bare CR in a header' };
const brokenLine: ParseFault = { status: 400, reason: 'Broken header line' };
const unendedHead: ParseFault = { status: 400, reason: 'No empty line after the headers' };
const headTooLong: ParseFault = { status: 513, reason: 'Headers too large' };
const tooManyLines: ParseFault = { status: 513, reason: 'Too many headers' };
const lineTooLong: ParseFault = { status: 513, reason: 'Header too long' };
const requestLineTooLong: ParseFault = { status: 414, reason: 'Request-URI Too Long' };
