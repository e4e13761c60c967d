import type { OrderMode } from '../setup/profile.ts';
import type { Candidate } from './candidate.ts';
import { type Draw, weightedKey } from './weighted-draw.ts';

/** How well a carrier did lately: shares and means of attempts, higher is better. */
export interface CarrierQuality {
  /** Answered by seizures, 0 to 1. */
  readonly answerShare: number;
  /** Mean talk of answered calls, seconds. */
  readonly meanTalkSeconds: number;
}

/** Steps below which two carriers count as equally good, so that weights still spread calls. */
const ANSWER_SHARE_STEP = 0.05;
const TALK_STEP_SECONDS = 15;

/** Up to so many candidates are put in order one by one. */
const FEW = 8;

interface Keyed {
  readonly candidate: Candidate;
  readonly priority: number;
  readonly key: number;
}

/** Sorts candidates as a profile wants them; those of equal rank by weight, drawn anew each time. */
export function orderCandidates(
  candidates: readonly Candidate[],
  mode: OrderMode,
  draw: Draw,
  qualityOf: (trunk: string) => CarrierQuality,
): readonly Candidate[] {
  if (candidates.length < 2) return candidates;
  const compare = comparisonOf(mode, qualityOf);
  const keyed: Keyed[] = [];
  for (const candidate of candidates) {
    const { priority, weight } = candidate.route;
    keyed.push({ candidate, priority, key: weightedKey(weight, draw) });
  }
  const byRank = (one: Keyed, other: Keyed): number =>
    (compare === undefined ? 0 : compare(one.candidate, other.candidate)) ||
    one.priority - other.priority ||
    byKey(one.key, other.key);
  if (keyed.length > FEW) keyed.sort(byRank);
  else sortFew(keyed, byRank);
  return keyed.map(({ candidate }) => candidate);
}

/** Stable as sorting is, and for a handful several times quicker. */
function sortFew(keyed: Keyed[], byRank: (one: Keyed, other: Keyed) => number): void {
  for (let at = 1; at < keyed.length; at++) {
    const moved = keyed[at]!;
    let place = at;
    for (; place > 0 && byRank(keyed[place - 1]!, moved) > 0; place--) {
      keyed[place] = keyed[place - 1]!;
    }
    keyed[place] = moved;
  }
}

// Two weights of 0 are Infinity both, whose difference is no number.
function byKey(one: number, other: number): number {
  return one === other ? 0 : one - other;
}

function comparisonOf(
  mode: OrderMode,
  qualityOf: (trunk: string) => CarrierQuality,
): ((one: Candidate, other: Candidate) => number) | undefined {
  switch (mode) {
    case 'prefix':
      return (one, other) => other.route.calledPrefix.length - one.route.calledPrefix.length;
    case 'cost':
      return byCost;
    case 'quality':
      return (one, other) =>
        byQuality(qualityOf(one.route.trunk.name), qualityOf(other.route.trunk.name));
    default:
      return undefined;
  }
}

/** Unpriced ones last: nobody knows what they cost. */
function byCost({ buy: one }: Candidate, { buy: other }: Candidate): number {
  if (one === undefined || other === undefined)
    return Number(one === undefined) - Number(other === undefined);
  const rate = one.rateMicrosPerMinute - other.rateMicrosPerMinute;
  const difference = rate === 0n ? one.connectFeeMicros - other.connectFeeMicros : rate;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function byQuality(one: CarrierQuality, other: CarrierQuality): number {
  const step = (value: number, size: number): number => Math.round(value / size);
  return (
    step(other.answerShare, ANSWER_SHARE_STEP) - step(one.answerShare, ANSWER_SHARE_STEP) ||
    step(other.meanTalkSeconds, TALK_STEP_SECONDS) - step(one.meanTalkSeconds, TALK_STEP_SECONDS)
  );
}
