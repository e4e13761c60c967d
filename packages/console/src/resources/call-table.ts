import { type CallSummary, type LegSummary, parseCallId } from '@tandem/messages';

/** One row of /api/v1/calls: a call without what only its node and its own page need. */
export type CallRow = Omit<CallSummary, 'isForwarded' | 'trail'>;

/**
 * Lists each call once: what a node carries on for a sister adds its legs to the sister's row.
 * Without that row the call has ended there, or its node is dead, and it is not listed; only a
 * call that came from outside the cluster (a Yate node) stands for itself. Oldest first.
 */
export function mergeCalls(
  summaries: readonly CallSummary[],
  isMember: (node: string) => boolean,
): readonly CallRow[] {
  const rows = new Map<string, CallRow>();
  for (const summary of summaries) {
    if (!summary.isForwarded) rows.set(summary.id, rowOf(summary));
  }
  for (const summary of summaries) {
    if (!summary.isForwarded) continue;
    const row = rows.get(summary.id);
    const owner = parseCallId(summary.id)?.node;
    if (row !== undefined) rows.set(row.id, { ...row, legs: joinLegs(row.legs, summary.legs) });
    else if (owner === undefined || !isMember(owner)) rows.set(summary.id, rowOf(summary));
  }
  return [...rows.values()].toSorted(byAge);
}

/** The order of lists: by start, then by id. */
export function byAge(
  a: Pick<CallRow, 'startedAt' | 'id'>,
  b: Pick<CallRow, 'startedAt' | 'id'>,
): number {
  return a.startedAt - b.startedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function rowOf(summary: CallSummary): CallRow {
  const { id, node, state, caller, called, tenant, inboundTrunk, outboundTrunk } = summary;
  const { startedAt, answeredAt, durationMs, legs } = summary;
  const parties = { caller, called, tenant, inboundTrunk, outboundTrunk };
  const { held, price, currency } = summary;
  const money = { held, price, currency };
  return { id, node, state, ...parties, startedAt, answeredAt, durationMs, ...money, legs };
}

function joinLegs(ours: readonly LegSummary[], theirs: readonly LegSummary[]): LegSummary[] {
  const known = new Set(ours.map(({ id }) => id));
  return [...ours, ...theirs.filter(({ id }) => !known.has(id))];
}
