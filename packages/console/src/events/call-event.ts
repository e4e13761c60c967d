import type { ParamsOf } from '@tandem/engine';

/** What browsers hear of a leg's record: enough to change a row, and no secrets. */
export function callEventOf(params: ParamsOf<'call.cdr'>, node: string, at: number): object {
  const { operation, billid, chan, direction, status, caller, called, reason } = params;
  const { address, driver, startedAt, answeredAt, endedAt } = params;
  return {
    operation,
    id: billid,
    node,
    at,
    leg: { id: chan, direction, driver, address },
    status,
    caller,
    called,
    reason,
    startedAt,
    answeredAt: answeredAt ?? null,
    endedAt: endedAt ?? null,
  };
}
