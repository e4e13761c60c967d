import type { Trunk } from '../setup/trunk.ts';
import type { Passage } from './breaker.ts';
import type { Carrier } from './carrier.ts';

/** How an attempt ended, as its leg tells it. */
export interface BranchEnd {
  readonly sipCode: number;
  readonly reason: string;
  readonly isAnswered: boolean;
}

/** Reasons that say nothing of the carrier: our side ended it, or could not begin. */
const OURS = new Set([
  'cancelled',
  'answeredElsewhere',
  'hops',
  'draining',
  'congestion',
  'badrequest',
  'toolarge',
  'noroute',
]);

/** One branch to a carrier, from its execute to its leg's last word: judged once, left once. */
export class PlacedBranch {
  readonly #trunk: Trunk;
  readonly #carrier: Carrier;
  readonly #passage: Passage;
  #isJudged = false;
  #isGone = false;
  /** It rang, or sent media: the carrier is alive. */
  isHeard = false;
  /** Monotonic instant at which the call went on without it. */
  leftMs: number | undefined;

  constructor(
    trunk: Trunk,
    carrier: Carrier,
    passage: Passage,
    /** The incoming leg of its call. */
    readonly call: string,
    readonly attempt: number,
  ) {
    this.#trunk = trunk;
    this.#carrier = carrier;
    this.#passage = passage;
  }

  get isJudged(): boolean {
    return this.#isJudged;
  }

  /** The carrier answered, or rang so long that it is surely alive. */
  succeed(): void {
    if (this.#isJudged) return;
    this.#isJudged = true;
    this.#carrier.breaker.succeeded(this.#passage, this.#trunk.breaker);
  }

  /** The carrier failed. */
  fail(nowMs: number): void {
    if (this.#isJudged) return;
    this.#isJudged = true;
    this.#carrier.breaker.failed(this.#passage, this.#trunk.breaker, nowMs);
  }

  /** The leg has said its last word, or there never was one. */
  gone({ sipCode, reason, isAnswered }: BranchEnd, nowMs: number): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#carrier.leave();
    if (isAnswered) this.succeed();
    else if (OURS.has(reason)) {
      if (this.isHeard) this.succeed();
      else this.#leave();
    } else if (this.#trunk.breaker.codes.includes(sipCode)) this.fail(nowMs);
    else this.succeed();
  }

  #leave(): void {
    if (this.#isJudged) return;
    this.#isJudged = true;
    this.#carrier.breaker.left(this.#passage);
  }
}
