import type { Scope } from '@tandem/engine';
import type { Store } from '@tandem/store';

interface Row {
  readonly isWaiting: boolean;
  readonly isClosed: boolean;
}

/** call.orphan: whether a call of a dead node waits to be closed, or was. */
export function handleOrphan(scope: Scope, store: Store): void {
  scope.handle('call.orphan', { as: 'ledger' }, async ({ params: { id } }) => {
    const [row] = await store.call<Row>(QUESTION, [id]);
    if (row?.isWaiting === true) return { state: 'waiting' as const };
    return row?.isClosed === true ? { state: 'closed' as const } : undefined;
  });
}

const QUESTION = `
select
  exists (select from holds where not is_void and record->>'callId' = $1) as "isWaiting",
  exists (select from cdrs where call_id = $1 and sip_reason = 'nodedeath') as "isClosed"`;
