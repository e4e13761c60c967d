import { byAge, type CallRow } from './call-table.ts';

/** Rows of one page, unless the request says otherwise. */
export const LIMIT_DEFAULT = 1_000;
/** Rows of the largest page. */
export const LIMIT_MAX = 20_000;

/** What of all calls is wanted. */
export interface CallFilter {
  readonly node?: string | undefined;
  readonly tenant?: string | undefined;
  readonly state?: string | undefined;
  /** Begin of the caller's number. */
  readonly caller?: string | undefined;
  /** Begin of the called number. */
  readonly called?: string | undefined;
  /** Inbound or outbound trunk. */
  readonly trunk?: string | undefined;
}

/** One page of rows, the count of all that fit, and where the next page begins. */
export interface CallPage {
  readonly calls: readonly CallRow[];
  readonly total: number;
  readonly nextCursor?: string;
}

/** Rows that fit the filter. */
export function filterCalls(rows: readonly CallRow[], filter: CallFilter): readonly CallRow[] {
  const { node, tenant, state, caller = '', called = '', trunk } = filter;
  return rows.filter(
    (row) =>
      (node === undefined || row.node === node) &&
      (tenant === undefined || row.tenant === tenant) &&
      (state === undefined || row.state === state) &&
      (trunk === undefined || row.inboundTrunk === trunk || row.outboundTrunk === trunk) &&
      row.caller.startsWith(caller) &&
      row.called.startsWith(called),
  );
}

/**
 * Cuts a page out of rows in order. A cursor names the last row of the page before, not a
 * place in a list: calls that came and went in between neither repeat nor hide others.
 * Undefined: the cursor is none of ours.
 */
export function pageOf(
  rows: readonly CallRow[],
  limit: number,
  cursor: string | undefined,
): CallPage | undefined {
  const last = cursor === undefined ? undefined : readCursor(cursor);
  if (cursor !== undefined && last === undefined) return undefined;
  const rest = last === undefined ? rows : rows.filter((row) => byAge(row, last) > 0);
  const calls = rest.slice(0, limit);
  const total = rows.length;
  if (rest.length <= limit) return { calls, total };
  return { calls, total, nextCursor: writeCursor(calls.at(-1)!) };
}

type Place = Pick<CallRow, 'startedAt' | 'id'>;

function writeCursor({ startedAt, id }: Place): string {
  return Buffer.from(`${startedAt} ${id}`).toString('base64url');
}

function readCursor(cursor: string): Place | undefined {
  const match = /^(\d{1,16}) (.+)$/.exec(Buffer.from(cursor, 'base64url').toString());
  return match === null ? undefined : { startedAt: Number(match[1]), id: match[2]! };
}
