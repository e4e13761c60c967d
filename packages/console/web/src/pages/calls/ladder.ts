import type { CallRow, LegRow } from '../../api/call-row.ts';

/** One vertical of a ladder: somebody outside, or a node. */
export interface LadderColumn {
  readonly id: string;
  readonly kind: 'outside' | 'node';
  readonly name: string;
}

/** One horizontal: a leg, or the two legs of a hop between nodes. */
export interface LadderRung {
  readonly from: string;
  readonly to: string;
  readonly legs: readonly LegRow[];
  readonly state: string;
  /** What goes over it: `sip`, `nats`. */
  readonly driver: string;
}

/** A call as those who take part stand beside each other, from the caller to the called. */
export interface Ladder {
  readonly columns: readonly LadderColumn[];
  readonly rungs: readonly LadderRung[];
}

/**
 * Makes the ladder of a call. An outgoing cluster leg and the incoming one on the next node are one
 * rung; a cluster leg whose other half is not listed (its node did not answer) leads to `?`.
 */
export function ladderOf({ legs, node }: Pick<CallRow, 'legs' | 'node'>): Ladder {
  const columns: LadderColumn[] = [];
  const rungs: LadderRung[] = [];
  const add = (kind: LadderColumn['kind'], name: string, leg?: LegRow): string => {
    // Two phones at one address are two; a node is one however many legs it has.
    const id = leg === undefined ? `${kind} ${name}` : `${kind} ${leg.id}`;
    if (!columns.some((column) => column.id === id)) columns.push({ id, kind, name });
    return id;
  };
  const entering = legs.filter((leg) => leg.direction === 'incoming' && !isHop(leg));
  const waiting = legs.filter((leg) => leg.direction === 'incoming' && isHop(leg));
  for (const leg of entering) {
    const from = add('outside', leg.address, leg);
    rungs.push(rungOf(from, add('node', leg.node), [leg]));
  }
  add('node', node);
  for (const leg of legs.filter((leg) => leg.direction === 'outgoing' && isHop(leg))) {
    const index = waiting.findIndex((other) => other.node !== leg.node);
    const [other] = index < 0 ? [] : waiting.splice(index, 1);
    const from = add('node', leg.node);
    const to = other === undefined ? add('outside', '?', leg) : add('node', other.node);
    rungs.push(rungOf(from, to, other === undefined ? [leg] : [leg, other]));
  }
  for (const leg of waiting)
    rungs.push(rungOf(add('outside', '?', leg), add('node', leg.node), [leg]));
  for (const leg of legs.filter((leg) => leg.direction === 'outgoing' && !isHop(leg))) {
    const from = add('node', leg.node);
    rungs.push(rungOf(from, add('outside', leg.address, leg), [leg]));
  }
  return { columns, rungs };
}

function isHop({ driver }: LegRow): boolean {
  return driver === 'nats';
}

function rungOf(from: string, to: string, legs: readonly LegRow[]): LadderRung {
  // The leg that lags behind says how far the rung is.
  const state = legs.at(-1)!.state;
  return { from, to, legs, state, driver: legs[0]!.driver };
}
