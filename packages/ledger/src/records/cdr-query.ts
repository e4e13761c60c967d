import type { ApiAnswer } from '@tandem/messages';
import { z } from '@tandem/engine';

/** Rows of one page, unless the request says otherwise, and of the largest one. */
const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 1_000;
/** A filter's text; longer ones are none of a call's. */
const TEXT_CHARACTERS_MAX = 256;

/** Why somebody should look at a record. */
const SUSPICIONS = ['unbilled', 'loss', 'orphan', 'corrected', 'any'] as const;

/** The last row of the page before: the next one begins behind it. */
export interface CdrPlace {
  /** Whole epoch ms. */
  readonly startedAt: number;
  readonly id: string;
}

/** Which records are wanted. */
export interface CdrFilter {
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
  /** Legs of callers, or legs to carriers. */
  readonly direction?: 'in' | 'out' | undefined;
  /** SIP codes, both included. */
  readonly code?: { readonly from: number; readonly to: number } | undefined;
  readonly reason?: string | undefined;
  readonly refusedLimit?: string | undefined;
  readonly hangupBy?: string | undefined;
  /** Name of a deck, or `NAME@VERSION`. */
  readonly deck?: string | undefined;
  /** Seconds of talk, both included. */
  readonly minSeconds?: number | undefined;
  readonly maxSeconds?: number | undefined;
  readonly suspect?: (typeof SUSPICIONS)[number] | undefined;
}

/** One page of all records. */
export interface CdrQuery extends CdrFilter {
  readonly limit: number;
  readonly cursor?: CdrPlace | undefined;
}

/** The filters of records and their meanings. */
export const cdrFilterMeanings = {
  from: 'started at this instant or later: epoch ms, or ISO 8601',
  to: 'started before this instant: epoch ms, or ISO 8601',
  tenant: 'calls of this tenant',
  caller: 'begin of the number of the caller, as it came',
  called: 'begin of the called number, as it came',
  trunk: 'inbound trunk of a call or outbound one of an attempt',
  status: 'answered, or how far it came: ringing, progressing …',
  node: 'node where the call came in',
  call: 'this call, by its id',
  kind: 'call, attempt, correction or all',
  direction: 'in: legs of callers; out: legs to carriers',
  code: 'SIP code, such as 486, or a class of them, such as 5xx',
  reason: 'why it ended, such as busy or nodedeath',
  refusedLimit: 'the limit that refused it, such as tenant.credit',
  hangupBy: 'who ended it: caller, callee, engine or operator',
  deck: 'rated by this deck: NAME or NAME@VERSION',
  minSeconds: 'talked for so many seconds or more',
  maxSeconds: 'talked for so many seconds or less',
  suspect:
    'unbilled: talk that cost nothing; loss: margin below 0; orphan: its node died; corrected; any',
} as const;

/** The parameters of GET /cdrs and their meanings; without a kind it lists calls. */
export const cdrQueryMeanings = {
  ...cdrFilterMeanings,
  limit: `rows of a page, 1 to ${LIMIT_MAX}; default ${LIMIT_DEFAULT}`,
  cursor: 'nextCursor of the page before',
} as const;

const text = z
  .string()
  .max(TEXT_CHARACTERS_MAX)
  // Postgres takes no NUL, and no half of a surrogate pair.
  .refine((value) => !/[\0\p{Cs}]/u.test(value), 'expected a text without control characters')
  .optional();
const seconds = z
  .string()
  .regex(/^\d{1,9}$/, 'expected whole seconds')
  .transform(Number)
  .optional();
const kind = z.enum(['call', 'attempt', 'correction', 'all']);

const filters = {
  from: z.string().transform(readInstant).optional(),
  to: z.string().transform(readInstant).optional(),
  call: text,
  tenant: text,
  trunk: text,
  node: text,
  status: text,
  caller: text,
  called: text,
  direction: z.enum(['in', 'out']).optional(),
  code: z.string().transform(readCodes).optional(),
  reason: text,
  refusedLimit: text,
  hangupBy: text,
  deck: text,
  minSeconds: seconds,
  maxSeconds: seconds,
  suspect: z.enum(SUSPICIONS).optional(),
};

const exportSchema = z.strictObject({ kind: kind.default('all'), ...filters });

const pageSchema = z.strictObject({
  kind: kind.default('call'),
  ...filters,
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
  return readBy(pageSchema, query, cdrQueryMeanings);
}

/** Reads which records are exported: the same filters, all kinds unless one is named. Never throws. */
export function readCdrFilter(query: Readonly<Record<string, string>>): CdrFilter | ApiAnswer {
  return readBy(exportSchema, query, cdrFilterMeanings);
}

/** Whether a query was refused. */
export function isRefused(read: CdrFilter | ApiAnswer): read is ApiAnswer {
  return 'body' in read;
}

/** What a refusal says, in one line. */
export function refusalText({ body }: ApiAnswer): string {
  const { error } = body as {
    readonly error: { readonly message: string; readonly where: string };
  };
  return error.where === '' ? error.message : `${error.where}: ${error.message}`;
}

function readBy<T>(
  schema: z.ZodType<T>,
  query: Readonly<Record<string, string>>,
  meanings: Readonly<Record<string, string>>,
): T | ApiAnswer {
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
  const hint = `known parameters: ${Object.keys(meanings).join(', ')}`;
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

function readCodes(value: string, context: z.RefinementCtx): { from: number; to: number } {
  const [, first, rest] = /^([1-6])(\d\d|xx)$/i.exec(value) ?? [];
  if (first !== undefined && rest !== undefined) {
    const isClass = rest.toLowerCase() === 'xx';
    const from = Number(isClass ? `${first}00` : value);
    return { from, to: isClass ? from + 99 : from };
  }
  context.addIssue('expected a SIP code such as 486, or a class such as 5xx');
  return z.NEVER;
}

function readInstant(value: string, context: z.RefinementCtx): number {
  const at = /^\d{1,15}$/.test(value) ? Number(value) : Date.parse(value);
  // Postgres and Date end at other years; nobody called before 1970 or after 9999.
  if (at >= 0 && at < 253_402_300_800_000) return at;
  context.addIssue('expected an instant: epoch ms, or ISO 8601 such as 2026-01-31T14:00Z');
  return z.NEVER;
}
