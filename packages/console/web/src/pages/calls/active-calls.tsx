import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { mayAct } from '../../api/session.ts';
import { type CallPage, type CallRow, readCallPage } from '../../api/call-row.ts';
import { formatCount } from '../../format/quantity.ts';
import { LiveRegion } from '../../live/live-region.tsx';
import { useNow } from '../../live/use-now.ts';
import { usePolled } from '../../live/use-polled.ts';
import { useConsole } from '../../shell/console-context.ts';
import { CALLS_PERIOD_MS } from '../../shell/periods.ts';
import type { Place } from '../../shell/place.ts';
import { DataTable } from '../../table/data-table.tsx';
import { ageOf } from './call-age.ts';
import { callColumns } from './call-columns.tsx';
import { CALLS_WINDOW, resourceOf, search } from './call-filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { HangUpDialog } from './hang-up-dialog.tsx';

const ROWS_OF_PAGE = 100;

/** The list: live by events of this node, and by asking all nodes again and again. */
export function ActiveCalls({ query }: { readonly query: Place['query'] }): VNode {
  const { client, clock, events } = useConsole();
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const resource = resourceOf(query, cursors.at(-1));
  const base = resourceOf(query, undefined);
  useEffect(() => setCursors([]), [base]);

  const ask = async (): Promise<CallPage> => readCallPage(await client.get(resource));
  const options = { ask, key: resource, periodMs: CALLS_PERIOD_MS, clock };
  const { reading, nudge } = usePolled(options);
  useEffect(
    () =>
      events.listen(({ type }) => {
        if (type === 'call' || type === 'lost' || type === 'node') nudge();
      }),
    [events, nudge],
  );
  return (
    <>
      <h1>Active calls</h1>
      <FilterBar query={query} />
      <LiveRegion
        reading={reading}
        periodMs={CALLS_PERIOD_MS}
        what="the active calls"
        onRetry={nudge}
      >
        {(page) => (
          <CallsTable
            page={page}
            receivedAtMs={reading.receivedAtMs ?? 0}
            text={query['q'] ?? ''}
            windowNumber={cursors.length}
            onEarlier={() => setCursors(cursors.slice(0, -1))}
            onLater={(cursor) => setCursors([...cursors, cursor])}
            onChanged={nudge}
          />
        )}
      </LiveRegion>
    </>
  );
}

interface CallsTableProps {
  readonly page: CallPage;
  readonly receivedAtMs: number;
  readonly text: string;
  /** From 0: the oldest calls. */
  readonly windowNumber: number;
  readonly onEarlier: () => void;
  readonly onLater: (cursor: string) => void;
  readonly onChanged: () => void;
}

function CallsTable(props: CallsTableProps): VNode {
  const { page, receivedAtMs, text, onChanged } = props;
  const { clock, session } = useConsole();
  const [leaving, setLeaving] = useState<CallRow>();
  const sinceMs = useRef(0);
  sinceMs.current = useNow(clock) - receivedAtMs;
  const mayHangUp = mayAct(session.role, 'admin');
  const columns = useMemo(
    () =>
      callColumns({
        age: (call) => ageOf(call, sinceMs.current),
        onHangUp: mayHangUp ? setLeaving : undefined,
      }),
    [mayHangUp],
  );
  const rows = useMemo(() => search(page.calls, text), [page, text]);
  return (
    <>
      <Summary {...props} shown={rows.length} />
      {page.unanswered.length > 0 && (
        <div class="notice notice-stale" role="status">
          <strong>Not complete.</strong> No answer in time from {page.unanswered.join(', ')}: calls
          of those nodes are missing here.
        </div>
      )}
      <DataTable
        label="Active calls"
        rows={rows}
        columns={columns}
        rowKey={({ id }) => id}
        start={{ sortBy: 'age', isDescending: true, pageSize: ROWS_OF_PAGE }}
        empty={text === '' ? 'No call is active that fits.' : `No call on this page has “${text}”.`}
      />
      {leaving !== undefined && (
        <HangUpDialog call={leaving} onClose={() => setLeaving(undefined)} onDone={onChanged} />
      )}
    </>
  );
}

function Summary(props: CallsTableProps & { readonly shown: number }): VNode {
  const { page, shown, windowNumber, onEarlier, onLater } = props;
  const first = windowNumber * CALLS_WINDOW + 1;
  const isWindow = windowNumber > 0 || page.nextCursor !== undefined;
  return (
    <div class="summary">
      <span aria-live="polite">
        <b>{formatCount(page.total)}</b> {page.total === 1 ? 'call' : 'calls'}
        {shown !== page.calls.length && `, ${formatCount(shown)} found`}
      </span>
      {isWindow && (
        <span class="summary-window">
          <span class="muted">
            here: {formatCount(first)} to {formatCount(first + page.calls.length - 1)} by age;
            sorting is within these
          </span>
          <button type="button" disabled={windowNumber === 0} onClick={onEarlier}>
            ‹ Older {formatCount(CALLS_WINDOW)}
          </button>
          <button
            type="button"
            disabled={page.nextCursor === undefined}
            onClick={() => page.nextCursor !== undefined && onLater(page.nextCursor)}
          >
            Newer {formatCount(CALLS_WINDOW)} ›
          </button>
        </span>
      )}
    </div>
  );
}
