import type { FrozenTerms } from '@tandem/messages';
import type { TrunkRoute } from '../setup/profile.ts';

/** Why a route was not taken; `matched` ones would have carried the call otherwise. */
export interface Verdict {
  readonly reason: string;
  /** The route is meant for the number: what stands in the way is something else. */
  readonly isMatched: boolean;
  /** The carrier is away or full for now. */
  readonly isPassing?: boolean;
}

/** A route as one call found it. */
export interface Candidate {
  readonly route: TrunkRoute;
  readonly verdict: Verdict | undefined;
  readonly buy: FrozenTerms | undefined;
}
