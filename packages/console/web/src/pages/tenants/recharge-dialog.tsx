import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { ApiProblem } from '../../api/api-problem.ts';
import { formatMoney } from '../../format/money.ts';
import { ConfirmDialog } from '../../shell/confirm-dialog.tsx';
import { useConsole } from '../../shell/console-context.ts';
import type { TenantRow } from './tenant-row.ts';

/** Whether a text is an amount as the API takes it: a decimal with at most six digits behind. */
export function isAmount(text: string): boolean {
  return /^-?\d{1,12}(?:\.\d{1,6})?$/.test(text) && /[1-9]/.test(text);
}

/** Not randomUUID: browsers offer that only where the page came by TLS or from this machine. */
function makeReference(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `console-${hex}`;
}

/** Puts money on a tenant's balance, or takes it off again with a minus. */
export function RechargeDialog(props: {
  readonly tenant: TenantRow;
  readonly resource: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}): VNode {
  const { tenant, resource, onClose, onDone } = props;
  const { client, tell } = useConsole();
  const [amount, setAmount] = useState('');
  // One for this dialog: pressed twice, or sent again after a late answer, it pays in once.
  const [reference, setReference] = useState(makeReference);
  const act = async (): Promise<void> => {
    const text = amount.trim();
    if (!isAmount(text)) {
      throw new ApiProblem(0, 'AMOUNT_INVALID', 'Expected an amount such as 25 or 12.50.');
    }
    await client.send('POST', resource, { amount: text, reference: reference.trim() });
    tell(`${tenant.name} was recharged with ${formatMoney(text, tenant.currency)}.`);
    onDone();
  };
  return (
    <ConfirmDialog
      title={`Recharge ${tenant.name}`}
      verb="Recharge"
      keep="Cancel"
      act={act}
      onClose={onClose}
    >
      <dl class="facts">
        <dt>Balance</dt>
        <dd>{formatMoney(tenant.balance, tenant.currency)}</dd>
        <dt>Held</dt>
        <dd>{formatMoney(tenant.held, tenant.currency)}</dd>
      </dl>
      <label>
        Amount in {tenant.currency ?? 'the tenant’s currency'}
        <input
          inputMode="decimal"
          autocomplete="off"
          placeholder="12.50"
          value={amount}
          onInput={(event) => setAmount(event.currentTarget.value)}
        />
      </label>
      <label>
        Reference: a payment with the same one counts once
        <input
          autocomplete="off"
          value={reference}
          onInput={(event) => setReference(event.currentTarget.value)}
        />
      </label>
    </ConfirmDialog>
  );
}
