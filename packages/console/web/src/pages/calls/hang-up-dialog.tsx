import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CallRow } from '../../api/call-row.ts';
import { useConsole } from '../../shell/console-context.ts';
import { ConfirmDialog } from '../../shell/confirm-dialog.tsx';
import { StateMark } from '../../shell/state-mark.tsx';
import { nodesOf } from './call-columns.tsx';

const REASON_LENGTH_MAX = 128;

/** Asks before a call is ended, and with which word it goes into the record. */
export function HangUpDialog(props: {
  readonly call: CallRow;
  readonly onClose: () => void;
  readonly onDone: () => void;
}): VNode {
  const { call, onClose, onDone } = props;
  const { client, tell } = useConsole();
  const [reason, setReason] = useState('operator');
  const act = async (): Promise<void> => {
    const word = reason.trim() === '' ? 'operator' : reason.trim();
    await client.send('DELETE', `/calls/${encodeURIComponent(call.id)}`, { reason: word });
    tell(`The call of ${call.caller} to ${call.called} was hung up.`);
    onDone();
  };
  return (
    <ConfirmDialog
      title="Hang up this call?"
      verb="Hang up"
      keep="Keep the call"
      act={act}
      onClose={onClose}
    >
      <dl class="facts">
        <dt>Caller</dt>
        <dd class="number">{call.caller}</dd>
        <dt>Called</dt>
        <dd class="number">{call.called}</dd>
        <dt>State</dt>
        <dd>
          <StateMark state={call.state} />
        </dd>
        <dt>Node</dt>
        <dd>{nodesOf(call).join(' → ')}</dd>
        <dt>Call</dt>
        <dd class="mono">{call.id}</dd>
      </dl>
      <label>
        Reason, for its record
        <input
          value={reason}
          maxLength={REASON_LENGTH_MAX}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      <p class="muted">Both sides are released at once. This cannot be undone.</p>
    </ConfirmDialog>
  );
}
