import type { Clock } from '@tandem/engine';
import { isRefusal, type Refusal } from '@tandem/messages';
import type { CarrierQuality } from '../routing/order-candidates.ts';
import type { Trunk } from '../setup/trunk.ts';
import { Carrier } from './carrier.ts';
import { type BranchEnd, PlacedBranch } from './placed-branch.ts';
import { SisterReports } from './sister-reports.ts';
import { addCounts } from './quality-window.ts';

/** A branch that the call went on without, and that said nothing in this time, was not answered. */
const SILENCE_MS = 1_000;
/** A carrier of which little is known counts as if so many attempts, half of them answered, were. */
const PRIOR_SEIZURES = 10;

/**
 * What this node knows of carriers: who is full, who failed, who answers. Fed by the results of
 * call.execute and by legs' ends; kept over reloads, so that a reload opens no limit.
 */
export class CarrierDesk {
  readonly #clock: Clock;
  readonly #carriers = new Map<string, Carrier>();
  readonly #byLeg = new Map<string, PlacedBranch>();
  readonly #byCall = new Map<string, Set<PlacedBranch>>();
  readonly sisters: SisterReports;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.sisters = new SisterReports(clock);
  }

  /** All carriers that calls went to, by trunk. */
  get carriers(): ReadonlyMap<string, Carrier> {
    return this.#carriers;
  }

  /** The carrier behind a trunk. */
  carrierOf(trunk: string): Carrier {
    let carrier = this.#carriers.get(trunk);
    if (carrier === undefined) {
      carrier = new Carrier();
      this.#carriers.set(trunk, carrier);
    }
    return carrier;
  }

  /** Why a trunk can take no call just now; undefined if it can. */
  troubleOf(trunk: Trunk): string | undefined {
    return this.#carriers.get(trunk.name)?.troubleOf(trunk, this.#clock.monotonicMs());
  }

  /** A branch is about to be placed: its place, or why there is none. */
  begin(trunk: Trunk, call: string, attempt: number): PlacedBranch | Refusal {
    const nowMs = this.#clock.monotonicMs();
    const carrier = this.carrierOf(trunk.name);
    for (const branch of this.#byCall.get(call) ?? []) {
      if (branch.attempt < attempt) branch.leftMs ??= nowMs;
    }
    const passage = carrier.enter(trunk, nowMs);
    if (isRefusal(passage)) return passage;
    const branch = new PlacedBranch(trunk, carrier, passage, call, attempt);
    const branches = this.#byCall.get(call) ?? new Set();
    this.#byCall.set(call, branches.add(branch));
    return branch;
  }

  /** Its leg is there. */
  placed(branch: PlacedBranch, leg: string): void {
    this.#byLeg.set(leg, branch);
  }

  /** A leg rings or has media. */
  heard(leg: string): void {
    const branch = this.#byLeg.get(leg);
    if (branch !== undefined) branch.isHeard = true;
  }

  /** A leg was answered. */
  answered(leg: string): void {
    this.#byLeg.get(leg)?.succeed();
  }

  /** A leg ended: an outgoing one of ours, or the incoming one of a call that has some. */
  ended(leg: string, end: BranchEnd): void {
    const branch = this.#byLeg.get(leg);
    if (branch !== undefined) {
      this.#byLeg.delete(leg);
      this.gone(branch, end);
      return;
    }
    if (end.isAnswered || end.reason === 'cancelled') return;
    const nowMs = this.#clock.monotonicMs();
    for (const left of this.#byCall.get(leg) ?? []) left.leftMs ??= nowMs;
  }

  /** A branch is over, with its leg or without one. */
  gone(branch: PlacedBranch, end: BranchEnd): void {
    branch.gone(end, this.#clock.monotonicMs());
    const branches = this.#byCall.get(branch.call);
    branches?.delete(branch);
    if (branches?.size === 0) this.#byCall.delete(branch.call);
  }

  /**
   * Looks for branches that were given up in silence. Their legs live on until the peer's INVITE
   * has died, half a minute later: too late for those who would try the same carrier next.
   */
  sweep(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const branches of this.#byCall.values()) {
      for (const branch of branches) {
        if (branch.leftMs === undefined || nowMs - branch.leftMs < SILENCE_MS) continue;
        if (branch.isHeard) branch.succeed();
        else branch.fail(nowMs);
      }
    }
  }

  /** How well a carrier did lately, on all nodes. */
  qualityOf(trunk: string): CarrierQuality {
    const own = this.#carriers.get(trunk)?.quality.counts(this.#clock.monotonicMs());
    const sisters = this.sisters.countsOf(trunk);
    const { seizures, answered, talkMs } = own === undefined ? sisters : addCounts(own, sisters);
    return {
      answerShare: (answered + PRIOR_SEIZURES / 2) / (seizures + PRIOR_SEIZURES),
      meanTalkSeconds: answered === 0 ? 0 : talkMs / answered / 1_000,
    };
  }
}
