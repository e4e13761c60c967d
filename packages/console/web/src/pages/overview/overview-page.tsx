import type { VNode } from 'preact';
import { readCallPage } from '../../api/call-row.ts';
import type { NodeTable } from '../../api/node-row.ts';
import { formatSpan } from '../../format/duration.ts';
import { formatCount, formatPercent, formatRate } from '../../format/quantity.ts';
import { LiveRegion } from '../../live/live-region.tsx';
import { usePolled } from '../../live/use-polled.ts';
import { LivePlot } from '../../plot/live-plot.tsx';
import { useConsole } from '../../shell/console-context.ts';
import { NODES_PERIOD_MS } from '../../shell/periods.ts';
import { hrefOf } from '../../shell/place.ts';
import { Tile } from '../../shell/tile.tsx';
import { ClusterPicture } from './cluster-picture.tsx';
import { totalsOf } from './cluster-totals.ts';
import { LatestRecords } from './latest-records.tsx';
import { NodeList } from './node-list.tsx';

/** Counting all calls asks every node for its list: less often than for the nodes' beats, ms. */
const COUNT_PERIOD_MS = 5_000;

/** The cluster at a glance: who lives, who sees whom, how much it carries. */
export function OverviewPage(): VNode {
  const { nodes, refreshNodes } = useConsole();
  return (
    <>
      <h1>Overview</h1>
      <LiveRegion
        reading={nodes}
        periodMs={NODES_PERIOD_MS}
        what="the nodes"
        onRetry={refreshNodes}
      >
        {(table) => <Overview table={table} />}
      </LiveRegion>
    </>
  );
}

function Overview({ table }: { readonly table: NodeTable }): VNode {
  const { client, clock, history, resources } = useConsole();
  const totals = totalsOf(table);
  const count = usePolled({
    ask: async () => readCallPage(await client.get('/calls?limit=1')),
    key: 'count',
    periodMs: COUNT_PERIOD_MS,
    clock,
  });
  const { total, unanswered } = count.reading.value ?? { total: undefined, unanswered: [] };
  const { nodesUp, worstLag, troubles, isBad, asrPercent, seizures } = totals;
  return (
    <>
      <section class="tiles" aria-label="Totals">
        <Tile
          title="Active calls"
          value={<a href={hrefOf('calls')}>{total === undefined ? '…' : formatCount(total)}</a>}
          note={unanswered.length === 0 ? 'over all nodes' : `without ${unanswered.join(', ')}`}
          tone={unanswered.length > 0 ? 'warning' : 'plain'}
        />
        <Tile
          title="Calls per second"
          value={formatRate(totals.callsPerSecond)}
          note="new calls, all nodes"
        />
        <Tile
          title="Answered (ASR)"
          value={formatPercent(asrPercent)}
          note={
            seizures === 0
              ? 'no call in the last minute'
              : `of ${formatCount(seizures)} in the last minute`
          }
        />
        <Tile
          title="Nodes taking calls"
          value={`${nodesUp} of ${totals.nodes}`}
          note={troubles.length === 0 ? 'no trouble' : troubles.join(' · ')}
          tone={isBad ? 'alarm' : troubles.length > 0 ? 'warning' : 'plain'}
        />
        <Tile
          title="Worst loop lag"
          value={worstLag === undefined ? '–' : formatSpan(worstLag.loopLagMs)}
          note={worstLag?.node}
        />
        <Tile
          title="Records in journals"
          value={formatCount(totals.journalRecords)}
          note="waiting for the database"
        />
      </section>
      <div class="overview-panels">
        <div>
          <section class="panel" aria-labelledby="picture-title">
            <h2 id="picture-title">Who sees whom</h2>
            <ClusterPicture nodes={table.nodes} />
            <p class="muted small">
              The half of a line at a node is how that node sees the other one.
            </p>
            <NodeList nodes={table.nodes} />
          </section>
          {resources.has('GET', '/cdrs') && <LatestRecords />}
        </div>
        <section class="panel" aria-label="Load">
          <LivePlot
            title="Calls carried"
            data={history.plot('calls')}
            format={formatCount}
            isWhole
          />
          <LivePlot
            title="New calls per second"
            data={history.plot('callsPerSecond')}
            format={formatRate}
          />
          <LivePlot
            title="Answered part of calls (ASR)"
            data={history.plot('asrPercent')}
            format={formatPercent}
            highest={100}
          />
          <p class="muted small">
            By node, since this page was opened. A forwarded call is carried by both nodes, and
            answered at the one where it came in.
          </p>
        </section>
      </div>
    </>
  );
}
