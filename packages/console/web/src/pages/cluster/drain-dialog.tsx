import type { VNode } from 'preact';
import type { NodeRow } from '../../api/node-row.ts';
import { ConfirmDialog } from '../../shell/confirm-dialog.tsx';
import { useConsole } from '../../shell/console-context.ts';

/** Asks before a node is drained: it ends with its last call and does not come back by itself. */
export function DrainDialog(props: {
  readonly node: NodeRow;
  readonly isLastUp: boolean;
  readonly onClose: () => void;
}): VNode {
  const { node, isLastUp, onClose } = props;
  const { client, refreshNodes, tell } = useConsole();
  const act = async (): Promise<void> => {
    await client.send('POST', '/drain', { node: node.name });
    tell(`${node.name} takes no new calls and ends with its last one.`);
    refreshNodes();
  };
  return (
    <ConfirmDialog
      title={`Drain ${node.name}?`}
      verb="Drain"
      keep="Leave it as it is"
      act={act}
      onClose={onClose}
    >
      <p>
        It takes no new calls, keeps the <b>{node.calls}</b> that it has, and its process ends with
        the last of them. It does not start again by itself unless something starts it.
      </p>
      {isLastUp && (
        <p class="notice notice-error">
          <strong>This is the last node that takes calls.</strong> Nobody can call until another one
          is up.
        </p>
      )}
    </ConfirmDialog>
  );
}
