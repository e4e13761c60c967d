import { isTokenCode, trimmedSlice } from './characters.ts';
import { headerKey } from './header-names.ts';
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
  /** Header names as written, their keys, and their values; three lists of equal length. */
  readonly spellings: string[];
  readonly keys: string[];
  readonly values: string[];
  /** Where the body begins; the length of the text where the head never ended. */
  readonly bodyStart: number;
  /** The first fault; what was read before and after it still serves to form an answer. */
  readonly fault: ParseFault | undefined;
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * Cuts the head of a message into lines in one forward pass, unfolding as it goes. It stops at a
 * cap, but a line it cannot read is only noted: the rest may still tell where to answer.
 */
export function scanHead(text: string, start: number, limits: ParseLimits): ScannedHead {
  const spellings: string[] = [];
  const keys: string[] = [];
  const values: string[] = [];
  let fault: ParseFault | undefined;
  const headEnd = Math.min(text.length, start + limits.headBytesMax);
  let lineEnd = endOfLine(text, start);
  const startLine = trimCr(text, start, lineEnd);
  if (lineEnd >= 0 && !endsInCrLf(text, lineEnd)) fault = bareLineFeed;
  if (startLine.length > limits.lineBytesMax) fault = requestLineTooLong;
  let at = lineEnd < 0 ? text.length : lineEnd + 1;
  for (;;) {
    if (at >= headEnd) {
      fault ??= at >= text.length ? unendedHead : headTooLong;
      return { startLine, spellings, keys, values, bodyStart: text.length, fault };
    }
    lineEnd = endOfLine(text, at);
    if (lineEnd < 0) lineEnd = text.length;
    else if (!endsInCrLf(text, lineEnd)) fault ??= bareLineFeed;
    if (lineEnd === at || (lineEnd === at + 1 && text.charCodeAt(at) === CR)) {
      return { startLine, spellings, keys, values, bodyStart: lineEnd + 1, fault };
    }
    let isFolded = false;
    while (isBlank(text.charCodeAt(lineEnd + 1))) {
      isFolded = true;
      const next = endOfLine(text, lineEnd + 1);
      if (next < 0) {
        lineEnd = text.length;
      } else {
        lineEnd = next;
        if (!endsInCrLf(text, lineEnd)) fault ??= bareLineFeed;
      }
    }
    if (keys.length >= limits.headerLinesMax) {
      fault ??= tooManyLines;
      return { startLine, spellings, keys, values, bodyStart: text.length, fault };
    }
    // The CR before the line feed does not count.
    if (lineEnd - at > limits.lineBytesMax + 1) {
      fault ??= lineTooLong;
    } else {
      const lineFault = readLine(text, at, lineEnd, isFolded, spellings, keys, values);
      fault ??= lineFault;
    }
    at = lineEnd + 1;
  }
}

function readLine(
  text: string,
  start: number,
  lineEnd: number,
  isFolded: boolean,
  spellings: string[],
  keys: string[],
  values: string[],
): ParseFault | undefined {
  let nameEnd = start;
  while (isTokenCode(text.charCodeAt(nameEnd))) nameEnd++;
  let colon = nameEnd;
  while (isBlank(text.charCodeAt(colon))) colon++;
  if (nameEnd === start || text.charCodeAt(colon) !== 0x3a) return brokenLine;
  const end = text.charCodeAt(lineEnd - 1) === CR ? lineEnd - 1 : lineEnd;
  let value: string;
  if (isFolded) {
    // Each line end with the blanks after it is one space (RFC 3261 §7.3.1).
    const unfolded = text.slice(colon + 1, end).replaceAll(/\r?\n[ \t]+/g, ' ');
    value = trimmedSlice(unfolded, 0, unfolded.length);
  } else {
    value = trimmedSlice(text, colon + 1, end);
  }
  const spelling = text.slice(start, nameEnd);
  spellings.push(spelling);
  keys.push(headerKey(spelling));
  values.push(value);
  return value.includes('\r') ? bareCarriageReturn : undefined;
}

function endOfLine(text: string, at: number): number {
  return text.indexOf('\n', at);
}

function endsInCrLf(text: string, lineEnd: number): boolean {
  return text.charCodeAt(lineEnd - 1) === CR && text.charCodeAt(lineEnd) === LF;
}

function trimCr(text: string, start: number, lineEnd: number): string {
  if (lineEnd < 0) return text.slice(start);
  return text.slice(start, endsInCrLf(text, lineEnd) ? lineEnd - 1 : lineEnd);
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
