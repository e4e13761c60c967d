import type { MaybePromise } from '@tandem/engine';
import type { ApiAnswer, ApiRequest, ApiResource } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { errorAnswer } from './error-answer.ts';

/** Rows of the largest answer: the next ones with `after`. */
const ROWS_MAX = 1_000;

/** A table whose rows have names. */
export interface NamedTable {
  /** The key of the list, and its path. */
  readonly list: string;
  readonly one: string;
  /** Selects all rows; `alias` is what it calls the table. Money comes as text by itself. */
  readonly sql: string;
  readonly alias: string;
  /** Makes, for one answer, what adds to each row what is not in the database. */
  readonly decorator?: () => MaybePromise<RowDecorator>;
}

/** Adds to a row what is not in the database. */
export type RowDecorator = (
  row: Readonly<Record<string, unknown>>,
) => Readonly<Record<string, unknown>>;

/** GET of a list and of one of it, by name; `after` names the last one of the page before. */
export function namedResources(store: Store, table: NamedTable): readonly ApiResource[] {
  const { list, one, sql, alias, decorator = () => (row) => row } = table;
  const read = async (where: string, value: string, limit: number) =>
    (
      await store.call<Record<string, unknown>>(
        `${sql} where ${alias}.name ${where} $1 order by ${alias}.name collate "C" limit ${limit}`,
        [value],
      )
    ).map(withoutBigints);
  return [
    {
      method: 'GET',
      path: `/${list}`,
      role: 'read',
      summary: `Lists ${list}; after: the name behind which the list goes on.`,
      async handle({ query }: ApiRequest): Promise<ApiAnswer> {
        const rows = await read('collate "C" >', query['after'] ?? '', ROWS_MAX + 1);
        const page = rows.slice(0, ROWS_MAX).map(await decorator());
        const last = page.at(-1)?.['name'];
        const more = rows.length > ROWS_MAX ? { nextCursor: last } : {};
        return { status: 200, body: { [list]: page, ...more } };
      },
    },
    {
      method: 'GET',
      path: `/${list}/{name}`,
      role: 'read',
      summary: `Shows one ${one}.`,
      async handle({ params }: ApiRequest): Promise<ApiAnswer> {
        const name = params['name'] ?? '';
        const [row] = await read('=', name, 1);
        if (row !== undefined) return { status: 200, body: (await decorator())(row) };
        return errorAnswer(404, `${one.toUpperCase()}_UNKNOWN`, `there is no ${one} "${name}"`, {
          where: 'name',
        });
      },
    },
  ];
}

/** Counts and versions fit a number; JSON has no other. */
function withoutBigints(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      typeof value === 'bigint' ? Number(value) : value,
    ]),
  );
}
