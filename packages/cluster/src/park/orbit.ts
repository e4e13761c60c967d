import {
  Lane,
  type MaybePromise,
  type TimerOwner,
  type TimerWheel,
  WheelTimer,
} from '@tandem/engine';
import {
  type Body,
  type HangupEvent,
  isSdp,
  type LegEvent,
  type Refusal,
  refuse,
} from '@tandem/messages';
import { Join, type JoinOutcome } from './join.ts';
import { ParkLeg, type ParkLegHost } from './park-leg.ts';

/** What an orbit needs of the table that holds it. */
export interface OrbitHost {
  readonly wheel: TimerWheel;
  /** How long a caller may wait, ms. */
  readonly maxWaitMs: number;
  /** A new leg for that orbit. */
  makeLeg(host: ParkLegHost, key: string): ParkLeg;
  /** Nobody waits in it any more. */
  onEmpty(orbit: Orbit): void;
}

/**
 * One place where one caller waits for another one.
 *
 *   empty ── a call ──> parked ── a call ──> joining ── joined ──> empty, the two are on their own
 *     ^                   │ ^                   │
 *     └── hangs up, time ─┘ └─ the taker left ──┘
 */
export class Orbit implements ParkLegHost, TimerOwner {
  readonly #host: OrbitHost;
  readonly #limit = new WheelTimer(this);
  #parked: ParkLeg | undefined;
  #join: Join | undefined;
  /** Allocation, parking and giving back the lease take turns. */
  readonly #lane = new Lane();
  #waiting = 0;

  constructor(
    host: OrbitHost,
    /** The resource: `park/7`. */
    readonly key: string,
  ) {
    this.#host = host;
  }

  /** Whether it can be forgotten: nobody waits here, and nothing is being done with it. */
  get isIdle(): boolean {
    return this.isEmpty && this.#waiting === 0;
  }

  /** Runs what must not mix with other turns of this orbit. @throws TandemError LANE_FULL */
  async inTurn<T>(work: () => MaybePromise<T>): Promise<T> {
    this.#waiting++;
    try {
      return await this.#lane.run(work);
    } finally {
      this.#waiting--;
    }
  }

  /** Whether nobody waits here. */
  get isEmpty(): boolean {
    return this.#parked === undefined;
  }

  /** A call for this orbit: it is parked, or takes up the one that is. */
  take(offer: Body | undefined): ParkLeg | Refusal {
    if (offer !== undefined && !isSdp(offer)) return refuse('nomedia', 'no plain session');
    if (this.#join !== undefined) return refuse('busy', `${this.key} is being taken up`);
    const leg = this.#host.makeLeg(this, this.key);
    leg.face.heard(offer);
    if (this.#parked === undefined) this.#park(leg, offer);
    else this.#takeUp(this.#parked, leg, offer);
    return leg;
  }

  /** The orbit may not be served here any more: who waits is told so. */
  end(refusal: Refusal): void {
    this.#join?.stop();
    this.#join = undefined;
    const parked = this.#parked;
    this.#empty();
    parked?.end(refusal);
  }

  onJoinEvent(leg: ParkLeg, event: LegEvent): boolean {
    return this.#join?.take(leg, event) ?? false;
  }

  onLeft(leg: ParkLeg): void {
    this.#join?.left(leg);
    if (leg === this.#parked) this.#empty();
  }

  onTimer(): void {
    this.end(refuse('noanswer', 'nobody took the parked call up'));
  }

  #park(leg: ParkLeg, offer: Body | undefined): void {
    this.#parked = leg;
    this.#host.wheel.start(this.#limit, this.#host.maxWaitMs);
    if (offer === undefined) leg.answer(leg.face.offerHeld(), true);
    else leg.answer(leg.face.hold(offer), false);
  }

  #takeUp(parked: ParkLeg, taker: ParkLeg, offer: Body | undefined): void {
    const { wheel } = this.#host;
    const join = new Join(wheel, parked, taker, offer, (outcome) =>
      this.#joined(parked, taker, outcome),
    );
    this.#join = join;
    taker.tell({ type: 'trying' });
    join.start();
  }

  #joined(parked: ParkLeg, taker: ParkLeg, outcome: JoinOutcome): void {
    this.#join = undefined;
    if (outcome === 'still-parked') return;
    const pair = new Pair(parked, taker);
    parked.connect(taker, pair);
    taker.connect(parked, pair);
    this.#empty();
  }

  #empty(): void {
    this.#host.wheel.stop(this.#limit);
    if (this.#parked === undefined) return;
    this.#parked = undefined;
    this.#host.onEmpty(this);
  }
}

/** Two callers who have found each other: the end of one is the end of the other. */
class Pair implements ParkLegHost {
  readonly #legs: readonly [ParkLeg, ParkLeg];

  constructor(...legs: [ParkLeg, ParkLeg]) {
    this.#legs = legs;
  }

  onJoinEvent(): boolean {
    return false;
  }

  onLeft(leg: ParkLeg, event: HangupEvent): void {
    const [one, other] = this.#legs;
    const refusal = refuse('offline', 'the other caller has hung up');
    (leg === one ? other : one).hangUp({ ...event, by: 'callee' }, refusal);
  }
}
