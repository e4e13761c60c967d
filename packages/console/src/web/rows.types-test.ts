import type { CallRow as ShownCall } from '../../web/src/api/call-row.ts';
import type { NodeRow as ShownNode } from '../../web/src/api/node-row.ts';
import type { CallRow } from '../resources/call-table.ts';
import type { NodeRow } from '../resources/node-table.ts';

/** What the API gives is what the pages read: a field that is renamed on one side fails here. */
export function showCallRow(row: CallRow): ShownCall {
  return row;
}

/** The same of nodes. */
export function showNodeRow(row: NodeRow): ShownNode {
  return row;
}

/** A field that the API does not have is found out. */
export function showLessThanThePagesRead(row: Omit<CallRow, 'durationMs'>): ShownCall {
  // @ts-expect-error durationMs is missing
  return row;
}
