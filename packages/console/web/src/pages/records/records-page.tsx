import type { VNode } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { LiveRegion } from '../../live/live-region.tsx';
import { usePolled } from '../../live/use-polled.ts';
import { useConsole } from '../../shell/console-context.ts';
import { NotInstalled } from '../../shell/not-installed.tsx';
import { SLOW_PERIOD_MS } from '../../shell/periods.ts';
import { hrefOf, type Place } from '../../shell/place.ts';
import { DataTable } from '../../table/data-table.tsx';
import { type RecordRow, recordColumns, recordKey } from './record-columns.tsx';
import { readRecordPage, recordsResource } from './record-page.ts';

const ROWS_OF_PAGE = 100;
/** Words for cutting pages are no filters. */
const PAGING = ['cursor', 'limit'];

/** The records of calls that are over, with a way to the story of each. */
export function RecordsPage({ place }: { readonly place: Place }): VNode {
  const { resources } = useConsole();
  if (!resources.has('GET', '/cdrs')) {
    return <NotInstalled title="CDRs" feature="The ledger" resource="GET /cdrs" />;
  }
  return <Records query={place.query} />;
}

function Records({ query }: { readonly query: Place['query'] }): VNode {
  const { client, clock, resources } = useConsole();
  const parameters = resources.queryOf('GET', '/cdrs');
  const known = parameters.map(({ name }) => name);
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const first = recordsResource(query, known, undefined);
  useEffect(() => setCursors([]), [first]);
  const resource = recordsResource(query, known, cursors.at(-1));
  const { reading, nudge } = usePolled({
    ask: async () => readRecordPage(await client.get(resource)),
    key: resource,
    periodMs: SLOW_PERIOD_MS,
    clock,
  });
  const set = (name: string, value: string): void => {
    location.replace(hrefOf('cdrs', '', { ...query, [name]: value }));
  };
  return (
    <>
      <h1>CDRs</h1>
      <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        {parameters
          .filter(({ name }) => !PAGING.includes(name))
          .map(({ name, description }) => (
            <label key={name} title={description}>
              {name}
              <input
                type="search"
                value={query[name] ?? ''}
                onInput={(event) => set(name, event.currentTarget.value)}
              />
            </label>
          ))}
      </form>
      <LiveRegion reading={reading} periodMs={SLOW_PERIOD_MS} what="the records" onRetry={nudge}>
        {({ records, nextCursor }) => (
          <>
            <RecordsTable records={records} />
            <nav class="pager" aria-label="Pages of records">
              <button
                type="button"
                disabled={cursors.length === 0}
                onClick={() => setCursors(cursors.slice(0, -1))}
              >
                ‹ Newer
              </button>
              <button
                type="button"
                disabled={nextCursor === undefined}
                onClick={() => nextCursor !== undefined && setCursors([...cursors, nextCursor])}
              >
                Older ›
              </button>
            </nav>
          </>
        )}
      </LiveRegion>
    </>
  );
}

function RecordsTable({ records }: { readonly records: readonly RecordRow[] }): VNode {
  // Only another set of columns makes another table: an order that was chosen stays.
  const ids = recordColumns(records)
    .map(({ id }) => id)
    .join(' ');
  const columns = useMemo(() => recordColumns(records), [ids]);
  return (
    <DataTable
      label="Records of calls"
      rows={records}
      columns={columns}
      rowKey={recordKey}
      start={{ pageSize: ROWS_OF_PAGE }}
      empty="No record fits."
    />
  );
}
