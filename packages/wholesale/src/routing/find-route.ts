import {
  type Branch,
  type BranchGroup,
  type CarrierTerms,
  type Refusal,
  refuse,
  type Route,
  type RouteCandidate,
} from '@tandem/messages';
import type { Profile, TrunkRoute } from '../setup/profile.ts';
import { branchTowards, calledTowards, callerTowards } from './attempt.ts';
import { BuyRates } from './buy-rates.ts';
import type { Candidate, Verdict } from './candidate.ts';
import { judgeRoute, type RouteJudges, type RoutingCall } from './judge-route.ts';
import { type CarrierQuality, orderCandidates } from './order-candidates.ts';
import type { Draw } from './weighted-draw.ts';

/** Candidates that a call keeps; beyond it those that were not taken are not told. */
const CANDIDATES_MAX = 500;

/** What finding a route takes beside the call and the profile. */
export interface RouteFinder extends RouteJudges {
  readonly draw: Draw;
  qualityOf(trunk: string): CarrierQuality;
  /** The caller whose turn it is; undefined if the route has no pool. */
  pooledCaller(route: TrunkRoute): string | undefined;
}

/** What was found, and how: for the caller, for the ledger, and for whoever asks why. */
export interface FoundRoute {
  readonly answer: Route | Refusal;
  /** No route is meant for the number: somebody behind may have one. */
  readonly isUnmeant: boolean;
  readonly candidates: readonly RouteCandidate[];
  readonly buy: ReadonlyMap<string, CarrierTerms>;
}

/**
 * The attempts for a call, in the profile's order, and of all its routes why they are among them
 * or not. Synchronous and pure but for the draw and the turn of caller pools.
 */
export function findRoute(
  call: RoutingCall & { readonly caller: string },
  profile: Profile,
  finder: RouteFinder,
): FoundRoute {
  const buyRates = new BuyRates(call, finder);
  const eligible: Candidate[] = [];
  const passedOver: Candidate[] = [];
  for (const route of profile.routes.find(call.called)) {
    const candidate = judgeRoute(route, call, profile, finder, buyRates);
    (candidate.verdict === undefined ? eligible : passedOver).push(candidate);
  }
  const ordered = orderCandidates(eligible, profile.orderMode, finder.draw, (trunk) =>
    finder.qualityOf(trunk),
  );
  const groups: BranchGroup[] = [];
  const buy = new Map<string, CarrierTerms>();
  const candidates: RouteCandidate[] = [];
  const failed: Verdict[] = [];
  for (const candidate of ordered) {
    const verdict =
      groups.length >= profile.maxAttempts
        ? { reason: `after ${profile.maxAttempts} attempts`, isMatched: true }
        : place(candidate, call, finder, groups);
    if (verdict === undefined) addTerms(candidate, buy);
    else failed.push(verdict);
    candidates.push(describe(candidate, verdict));
  }
  for (const candidate of passedOver) {
    if (candidates.length >= CANDIDATES_MAX) break;
    candidates.push(describe(candidate, candidate.verdict));
  }
  if (groups.length === 0) {
    const missed = [...passedOver.flatMap(({ verdict }) => verdict ?? []), ...failed];
    const isUnmeant = !missed.some(({ isMatched }) => isMatched);
    return { answer: refusalFor(missed, profile), isUnmeant, candidates, buy };
  }
  const { failoverCodes } = profile;
  const answer = failoverCodes === undefined ? { groups } : { groups, failoverCodes };
  return { answer, isUnmeant: false, candidates, buy };
}

function place(
  { route }: Candidate,
  call: { readonly called: string; readonly caller: string },
  finder: RouteFinder,
  groups: BranchGroup[],
): Verdict | undefined {
  const called = calledTowards(route, call.called);
  if (called === undefined) {
    return { reason: 'its rules leave no number to dial', isMatched: true };
  }
  const caller = callerTowards(route, call.caller, finder.pooledCaller(route));
  const branch: Branch = branchTowards(route, called, caller);
  groups.push([branch]);
  return undefined;
}

function addTerms({ route, buy: terms }: Candidate, buy: Map<string, CarrierTerms>): void {
  const { party, name } = route.trunk;
  buy.set(name, {
    trunkId: party.id,
    trunk: name,
    ...(terms === undefined ? undefined : { terms }),
  });
}

function describe({ route, buy }: Candidate, verdict: Verdict | undefined): RouteCandidate {
  return {
    trunk: route.trunk.name,
    priority: route.priority,
    weight: route.weight,
    isTaken: verdict === undefined,
    reason: verdict?.reason ?? 'taken',
    rateMicrosPerMinute: buy?.rateMicrosPerMinute,
  };
}

/** Carriers that are only away now make it 503; a number that nobody carries is 404. */
function refusalFor(missed: readonly Verdict[], profile: Profile): Refusal {
  if (missed.some(({ isPassing }) => isPassing === true)) {
    return refuse('unavailable', `no carrier of profile ${profile.name} is there just now`);
  }
  const why = missed.find(({ isMatched }) => isMatched)?.reason;
  const detail = `profile ${profile.name} has no route${why === undefined ? '' : `: ${why}`}`;
  return refuse('noroute', detail);
}
