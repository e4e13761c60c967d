import type { TimerWheel } from '@tandem/engine';
import { type Body, type Leg, type Refusal, refuse } from '@tandem/messages';
import type { Branch } from './branch.ts';
import type { Call } from './call.ts';
import type { LegRecord } from './leg-record.ts';
import { StandIn } from './stand-in.ts';
import { SuccessorLeg } from './successor-leg.ts';

/** What a new leg for a new caller is made from. */
export interface SuccessorParts {
  /** The leg whose place is to be taken. */
  readonly legId: string;
  /** The id of the new leg. */
  readonly successorId: string;
  /** The new caller's offer; undefined: he made none. */
  readonly offer: Body | undefined;
  readonly wheel: TimerWheel;
}

/**
 * Begins to put a new caller in the place of a leg of one of `calls`; the answer is the leg that
 * the new call gets. Refused where there is no such leg in a call that is up, and while somebody
 * else is about to take the same place.
 */
export function takePlace(
  calls: ReadonlyMap<string, Call>,
  { legId, successorId, offer, wheel }: SuccessorParts,
): Leg | Refusal {
  const place = findPlace(calls, legId);
  if (place === undefined) return refuse('nocall', `no call has the leg ${legId}`);
  const { call, branch, record } = place;
  if (record.leg instanceof StandIn) return refuse('pending', 'somebody takes that place already');
  const successor = new SuccessorLeg(successorId, record.leg.address);
  const standIn = new StandIn(
    {
      wheel,
      hear: (event) => call.hear(branch, event),
      restore(leg) {
        record.leg = leg;
        leg.attach((event) => call.hear(branch, event));
      },
    },
    record.leg,
    successor,
    offer,
  );
  successor.user = standIn;
  record.leg = standIn;
  standIn.start();
  return successor;
}

interface Place {
  readonly call: Call;
  /** Undefined: the place of the caller. */
  readonly branch: Branch | undefined;
  readonly record: LegRecord;
}

function findPlace(calls: ReadonlyMap<string, Call>, legId: string): Place | undefined {
  const own = calls.get(legId);
  if (own !== undefined) {
    return own.isUp ? { call: own, branch: undefined, record: own.caller } : undefined;
  }
  for (const call of calls.values()) {
    const branch = call.connection.winner;
    const record = branch?.record;
    if (record?.leg.id === legId) return call.isUp ? { call, branch, record } : undefined;
  }
  return undefined;
}
