import type { ApiAnswer } from '@tandem/messages';
import { z } from '@tandem/engine';

/** Rows of one page, unless the request says otherwise, and of the largest one. */
const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 1_000;
/** A filter's text; longer ones are none of a call's. */
const TEXT_CHARACTERS_MAX = 256;

/** The last row of the page before: the next one begins behind it. */
export interface CdrPlace {
  /** Whole epoch ms. */
  readonly startedAt: number;
  readonly id: string;
}

/** What of all records is wanted. */
export interface CdrQuery {
  readonly kind: 'call' | 'attempt' | 'correction' | 'all';
  /** Epoch ms, included. */
  readonly from?: number | undefined;
  /** Epoch ms, not included. */
  readonly to?: number | undefined;
  readonly call?: string | undefined;
  readonly tenant?: string | undefined;
  readonly trunk?: string | undefined;
  readonly node?: string | undefined;
  readonly status?: string | undefined;
  /** Begin of the caller's number as it came. */
  readonly caller?: string | undefined;
  /** Begin of the called number as it came. */
  readonly called?: string | undefined;
  readonly limit: number;
  readonly cursor?: CdrPlace | undefined;
}

/** The parameters of GET /cdrs and their meanings. */
export const cdrQueryMeanings = {
  from: 'started at this instant or later: epoch ms, or ISO 8601',
  to: 'started before this instant: epoch ms, or ISO 8601',
  tenant: 'calls of this tenant',
  caller: 'begin of the number of the caller, as it came',
  called: 'begin of the called number, as it came',
  trunk: 'inbound trunk of a call or outbound one of an attempt',
  status: 'answered, or how far it came: ringing, progressing …',
  node: 'node where the call came in',
  call: 'this call, by its id',
  kind: 'call, attempt, correction or all; default call',
  limit: `rows of a page, 1 to ${LIMIT_MAX}; default ${LIMIT_DEFAULT}`,
  cursor: 'nextCursor of the page before',
} as const;

const text = z.string().max(TEXT_CHARACTERS_MAX).optional();

const schema = z.strictObject({
  kind: z.enum(['call', 'attempt', 'correction', 'all']).default('call'),
  from: z.string().transform(readInstant).optional(),
  to: z.string().transform(readInstant).optional(),
  call: text,
  tenant: text,
  trunk: text,
  node: text,
  status: text,
  caller: text,
  called: text,
  limit: z
    .string()
    .regex(/^\d{1,6}$/, 'expected a number')
    .transform(Number)
    .pipe(z.number().min(1).max(LIMIT_MAX))
    .default(LIMIT_DEFAULT),
  cursor: z.string().transform(readCursor).optional(),
});

/**
 * Reads the query of GET /cdrs. What is not understood is refused, never left out: a filter that
 * is misspelt would show the records of everybody. Never throws.
 */
export function readCdrQuery(query: Readonly<Record<string, string>>): CdrQuery | ApiAnswer {
  // A filter that a form left empty is none.
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const where = unknown ?? issue?.path.join('.') ?? '';
  const code = unknown === undefined ? 'QUERY_INVALID' : 'QUERY_UNKNOWN';
  const message =
    unknown === undefined
      ? (issue?.message ?? 'the query is not understood')
      : `unknown query parameter "${unknown}"`;
  const hint = `known parameters: ${Object.keys(cdrQueryMeanings).join(', ')}`;
  return { status: 400, body: { error: { code, message, where, hint } } };
}

/** The cursor behind a row. */
export function writeCursor({ startedAt, id }: CdrPlace): string {
  return Buffer.from(`${startedAt} ${id}`).toString('base64url');
}

function readCursor(cursor: string, context: z.RefinementCtx): CdrPlace {
  const match = /^(\d{1,15}) (.+)$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (match !== null) return { startedAt: Number(match[1]), id: match[2]! };
  context.addIssue('the cursor is not one of ours: take it from nextCursor of an answer');
  return z.NEVER;
}

function readInstant(value: string, context: z.RefinementCtx): number {
  const at = /^\d{1,15}$/.test(value) ? Number(value) : Date.parse(value);
  // Postgres and Date end at other years; nobody called before 1970 or after 9999.
  if (at >= 0 && at < 253_402_300_800_000) return at;
  context.addIssue('expected an instant: epoch ms, or ISO 8601 such as 2026-01-31T14:00Z');
  return z.NEVER;
}
