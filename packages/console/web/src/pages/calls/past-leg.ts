import type { LegRow } from '../../api/call-row.ts';
import { objectOf, textOf } from '../../api/read-json.ts';

/** One leg of a call that is over. */
export interface PastLeg extends LegRow {
  /** What was dialled; behind a leg to a sister it names who was reached there. */
  readonly callto: string;
}

/** Reads one leg of GET /explain/{call}. */
export function readPastLeg(value: unknown): PastLeg {
  const leg = objectOf(value);
  const direction = textOf(leg['direction']);
  return {
    id: textOf(leg['id']),
    node: textOf(leg['node']),
    direction,
    driver: textOf(leg['driver']),
    address: textOf(leg['address']),
    state: textOf(leg['state']),
    callto: textOf(leg['callto']),
  };
}

/** `cluster/node2/sip/sip:bob@192.0.2.7:5060`: node, driver, address there. */
const HANDED_OVER = /^cluster\/([^/]+)\/([^/]+)\/(?:sips?:)?(.+)$/;

/**
 * All legs, for the ladder: the record has those of the node where the call came in, and what a
 * sister was asked for tells her two.
 */
export function legsOfPast(legs: readonly PastLeg[]): readonly LegRow[] {
  return legs.flatMap((leg): readonly LegRow[] => {
    const read = leg.driver === 'nats' ? HANDED_OVER.exec(leg.callto) : null;
    if (read === null) return [leg];
    const [, node = '', driver = '', address = ''] = read;
    const { id, state } = leg;
    return [
      leg,
      { id: `${id} at ${node}`, node, direction: 'incoming', driver: 'nats', address: '', state },
      { id: `${id} from ${node}`, node, direction: 'outgoing', driver, address, state },
    ];
  });
}
