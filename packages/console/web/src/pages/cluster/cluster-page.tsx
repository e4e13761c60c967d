import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { NodeRow, NodeTable } from '../../api/node-row.ts';
import { mayAct } from '../../api/session.ts';
import { LiveRegion } from '../../live/live-region.tsx';
import { useConsole } from '../../shell/console-context.ts';
import { NODES_PERIOD_MS } from '../../shell/periods.ts';
import { DataTable } from '../../table/data-table.tsx';
import { DeckList } from './deck-list.tsx';
import { DrainDialog } from './drain-dialog.tsx';
import { nodeColumns } from './node-columns.tsx';
import { ReloadPanel } from './reload-panel.tsx';
import { SightTable } from './sight-table.tsx';

const NODES_OF_PAGE = 50;

/** Each node's health as it says itself and as the others see it; decks; drain and reload. */
export function ClusterPage(): VNode {
  const { nodes, refreshNodes } = useConsole();
  return (
    <>
      <h1>Cluster</h1>
      <LiveRegion
        reading={nodes}
        periodMs={NODES_PERIOD_MS}
        what="the nodes"
        onRetry={refreshNodes}
      >
        {(table) => <Cluster table={table} />}
      </LiveRegion>
    </>
  );
}

function Cluster({ table }: { readonly table: NodeTable }): VNode {
  const { session, resources } = useConsole();
  const { askedNode, nodes } = table;
  const [draining, setDraining] = useState<NodeRow>();
  const isAdmin = mayAct(session.role, 'admin');
  const mayDrain = isAdmin && resources.has('POST', '/drain');
  const columns = useMemo(
    () => nodeColumns(askedNode, mayDrain ? setDraining : undefined),
    [askedNode, mayDrain],
  );
  const up = nodes.filter(({ state }) => state === 'up' || state === 'lagging');
  return (
    <>
      <DataTable
        label="Nodes"
        rows={nodes}
        columns={columns}
        rowKey={({ name }) => name}
        start={{ sortBy: 'name', pageSize: NODES_OF_PAGE }}
        empty="No node is known."
      />
      <div class="cluster-panels">
        <DeckList nodes={nodes} />
        <SightTable nodes={nodes} />
        {isAdmin && resources.has('POST', '/reload') && <ReloadPanel />}
      </div>
      {draining !== undefined && (
        <DrainDialog
          node={draining}
          isLastUp={up.length === 1 && up[0]?.name === draining.name}
          onClose={() => setDraining(undefined)}
        />
      )}
    </>
  );
}
