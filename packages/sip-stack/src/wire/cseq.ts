import { isToken, parseDecimal, trimmedSlice } from './characters.ts';

/** Highest number a CSeq, RSeq or RAck may carry: below 2^31 (RFC 3261 §8.1.1.5). */
export const SEQUENCE_MAX = 2 ** 31 - 1;

/** Number and method of a CSeq header (RFC 3261 §20.16). */
export interface CSeq {
  readonly number: number;
  readonly method: string;
}

/** Reads `number method`; undefined for a number of 2^31 or more and for anything else. */
export function parseCSeq(text: string): CSeq | undefined {
  let blank = 0;
  while (blank < text.length && text.charCodeAt(blank) > 0x20) blank++;
  const number = parseDecimal(text.slice(0, blank), SEQUENCE_MAX);
  const method = trimmedSlice(text, blank, text.length);
  return number === undefined || !isToken(method) ? undefined : { number, method };
}

/** What a PRACK acknowledges: `RSeq CSeq method` (RFC 3262 §7.2). */
export interface RAck {
  readonly rseq: number;
  readonly cseq: CSeq;
}

/** Reads a RAck header; undefined where it is broken. */
export function parseRAck(text: string): RAck | undefined {
  const [rseqText = '', ...rest] = text.split(/[ \t]+/, 4);
  const rseq = parseDecimal(rseqText, SEQUENCE_MAX);
  const cseq = rest.length === 2 ? parseCSeq(rest.join(' ')) : undefined;
  return rseq === undefined || cseq === undefined ? undefined : { rseq, cseq };
}
