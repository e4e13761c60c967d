import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { LiveRegion } from '../../live/live-region.tsx';
import { usePolled } from '../../live/use-polled.ts';
import { useConsole } from '../../shell/console-context.ts';
import { NotInstalled } from '../../shell/not-installed.tsx';
import { SLOW_PERIOD_MS } from '../../shell/periods.ts';
import type { Place } from '../../shell/place.ts';
import { DataTable } from '../../table/data-table.tsx';
import { CallHead } from '../calls/call-head.tsx';
import { CallStory } from '../calls/call-story.tsx';
import { recordColumns } from './record-columns.tsx';
import { ExportButton } from './export-button.tsx';
import { exportResource, RECORDS_OF_PAGE, recordsResource } from './record-filter.ts';
import { RecordFilters } from './record-filters.tsx';
import { readRecordPage } from './record-row.ts';

/** The records of calls that are over, or the story of one of them. */
export function RecordsPage({ place }: { readonly place: Place }): VNode {
  const { resources } = useConsole();
  if (!resources.has('GET', '/cdrs')) {
    return <NotInstalled title="CDRs" feature="The ledger" resource="GET /cdrs" />;
  }
  if (place.item === '') return <Records query={place.query} />;
  // Whatever has a record is over: nobody asks the nodes for it.
  return (
    <>
      <CallHead id={place.item} page="cdrs" back="CDRs" />
      <CallStory key={place.item} id={place.item} />
    </>
  );
}

function Records({ query }: { readonly query: Place['query'] }): VNode {
  const { client, clock } = useConsole();
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const first = recordsResource(query, undefined);
  useEffect(() => setCursors([]), [first]);
  const resource = recordsResource(query, cursors.at(-1));
  const { reading, nudge } = usePolled({
    ask: async () => readRecordPage(await client.get(resource)),
    key: resource,
    periodMs: SLOW_PERIOD_MS,
    clock,
  });
  const isFiltered = Object.values(query).some((value) => value !== '');
  return (
    <>
      <h1>CDRs</h1>
      <RecordFilters query={query} />
      <ExportButton key={first} resource={exportResource(query)} />
      <LiveRegion reading={reading} periodMs={SLOW_PERIOD_MS} what="the records" onRetry={nudge}>
        {({ records, nextCursor }) => (
          <>
            <DataTable
              label="Records of calls"
              rows={records}
              columns={recordColumns}
              rowKey={({ id }) => id}
              start={{ pageSize: RECORDS_OF_PAGE }}
              empty={
                isFiltered
                  ? 'No record fits these filters.'
                  : 'No call has ended yet: each gets its record a moment after its end.'
              }
            />
            {(cursors.length > 0 || nextCursor !== undefined) && (
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
                <span class="muted">
                  {RECORDS_OF_PAGE} on a page, the newest first; sorting is within the page
                </span>
              </nav>
            )}
          </>
        )}
      </LiveRegion>
    </>
  );
}
