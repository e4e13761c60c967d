import { Cancellation, type Extra, type MaybePromise } from '@tandem/engine';
import {
  type Branch as Destination,
  type BranchGroup,
  type CallBlock,
  type CallOffer,
  type ExecuteParams,
  type FailedEvent,
  type HangupEvent,
  type LegEvent,
  refuse,
  type Route,
} from '@tandem/messages';
import { bestAnswer } from './best-answer.ts';
import { Branch, type BranchHost } from './branch.ts';
import type { CallContext } from './call-context.ts';
import { leadsOn } from './hunt-codes.ts';
import { BRANCHES_MAX, GROUPS_MAX } from './limits.ts';
import { type Redirected, Redirection } from './redirection.ts';
import { answeredElsewhere, failedBy, hangupBy } from './reasons.ts';

/** Who hears of the hunt. */
export interface HuntHost {
  /** A branch is about to be placed; `onBranchOver` will follow. */
  onBranchBegun(branch: Branch): void;
  onLegEvent(branch: Branch, event: LegEvent): void;
  /** A branch is lost, and the hunt goes on: its early dialogs are over. */
  onBranchLost(branch: Branch): void;
  /** Every destination has failed, or one ended the hunt: with the best of their answers. */
  onExhausted(failure: FailedEvent): void;
  /** A branch has said its last word. */
  onBranchOver(branch: Branch): void;
}

/** What is hunted for. */
export interface Quarry {
  readonly block: CallBlock;
  readonly extra: readonly Extra[];
  readonly offer: CallOffer;
  readonly calledfull: string;
  readonly route: Route;
  /** Monotonic instant by which the call must be set up. */
  readonly deadlineMs: number;
}

/**
 * The groups of a route, one after the other; the branches of a group ring together.
 *
 *   group 1 ── all failed, may lead on ──> group 2 ── … ──> exhausted
 *      └─ one answers: the others are given up      └─ busy, decline, 6xx: exhausted at once
 *
 * It goes on as soon as a branch is given up, never waiting for a carrier's 487; such branches
 * are kept until their legs' last word.
 */
export class Hunt implements BranchHost {
  readonly #context: CallContext;
  readonly #host: HuntHost;
  readonly #quarry: Quarry;
  readonly #groups: BranchGroup[];
  #redirection: Redirection | undefined = undefined;
  /** What the last redirection changed of the offer. */
  #offer: CallOffer;
  #isRedirected = false;
  readonly #failures: FailedEvent[] = [];
  readonly #attemptsBefore: number;
  #attempt = 0;
  #index: number;
  #group: Branch[] = [];
  #groupFailures: FailedEvent[] = [];
  #cancellation = new Cancellation();
  /** Branches of this group that have neither failed nor been given up, placed or not. */
  #competing = 0;
  #isOver = false;

  constructor(
    context: CallContext,
    host: HuntHost,
    quarry: Quarry,
    /** Attempts and branches of the call before this hunt. */
    before: { readonly attempts: number; readonly branches: number } = { attempts: 0, branches: 0 },
  ) {
    this.#context = context;
    this.#host = host;
    this.#quarry = quarry;
    this.#attemptsBefore = before.attempts;
    this.#index = before.branches;
    this.#groups = bounded(quarry.route);
    this.#offer = quarry.offer;
  }

  /** Attempts and branches of the call up to now. */
  get counts(): { readonly attempts: number; readonly branches: number } {
    return { attempts: this.#attemptsBefore + this.#attempt, branches: this.#index };
  }

  /** Branches that may still answer. */
  get ringing(): readonly Branch[] {
    return this.#group.filter((branch) => branch.isCompeting);
  }

  /** Places the first group. */
  start(): void {
    this.#next();
  }

  /** One branch has answered: the others are given up. */
  win(winner: Branch): void {
    this.#isOver = true;
    winner.win();
    this.#giveUpGroup(answeredElsewhere);
  }

  /** The call is over. */
  giveUp(hangup: HangupEvent): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#giveUpGroup(hangup);
  }

  onLegEvent(branch: Branch, event: LegEvent): void {
    this.#host.onLegEvent(branch, event);
  }

  onBranchFailed(branch: Branch, failure: FailedEvent): void {
    if (this.#isOver) return;
    const isRedirection = failure.status >= 300 && failure.status <= 399;
    const led = isRedirection ? this.#follow(branch, failure) : undefined;
    // Until it is known where that leads, the branch counts as one that may still answer.
    if (led instanceof Promise) void led.then((later) => this.#led(branch, failure, later));
    else this.#led(branch, failure, led);
  }

  onBranchOver(branch: Branch): void {
    this.#host.onBranchOver(branch);
  }

  #follow(branch: Branch, failure: FailedEvent): MaybePromise<Redirected | undefined> {
    const { block, extra } = this.#quarry;
    this.#redirection ??= new Redirection(this.#context);
    return this.#redirection.follow(branch, failure, block, extra);
  }

  /** What was left of the route was judged for another number: the new one takes its place. */
  #led(branch: Branch, failure: FailedEvent, redirected: Redirected | undefined): void {
    if (this.#isOver) return;
    if (redirected !== undefined) {
      this.#groups.splice(this.#attempt, Infinity, ...bounded(redirected.route));
      this.#offer = { ...this.#offer, calledUri: redirected.contact };
      this.#isRedirected = true;
    }
    this.#lost(branch, failure);
  }

  #lost(branch: Branch, failure: FailedEvent): void {
    this.#groupFailures.push(failure);
    this.#competing--;
    // A 6xx speaks for the called party wherever it is (RFC 3261 §21.6): the sisters need not ring.
    if (failure.status >= 600) {
      this.#competing = 0;
      const { reason, q850 = 0, status } = failure;
      this.#giveUpGroup(hangupBy('engine', reason, q850, status));
    }
    if (this.#competing > 0) this.#host.onBranchLost(branch);
    else if (!this.#mayGoOn()) this.#exhaust();
    else {
      for (const lost of this.#group) this.#host.onBranchLost(lost);
      this.#next();
    }
  }

  #next(): void {
    const group = this.#groups[this.#attempt];
    if (group === undefined) return this.#exhaust();
    this.#attempt++;
    this.#isRedirected = false;
    this.#failures.push(...this.#groupFailures);
    this.#groupFailures = [];
    this.#cancellation = new Cancellation();
    const branches = group.map((destination, number) => this.#branch(destination, number + 1));
    this.#group = branches;
    this.#competing = branches.length;
    for (const branch of branches) {
      // A branch placed before may have answered, or ended the hunt, at once.
      if (this.#isOver || this.#group !== branches || this.#competing === 0) return;
      this.#host.onBranchBegun(branch);
      branch.place(this.#quarry.extra, this.#cancellation);
    }
  }

  #mayGoOn(): boolean {
    const { route } = this.#quarry;
    if (this.#attempt >= this.#groups.length) return false;
    const best = bestAnswer(this.#groupFailures);
    if (this.#isRedirected && (best === undefined || best.status < 600)) return true;
    const { stopCodes } = this.#context.host.settings;
    return best === undefined || leadsOn(best, route.failoverCodes, stopCodes);
  }

  #exhaust(): void {
    this.#isOver = true;
    const best = bestAnswer([...this.#failures, ...this.#groupFailures]);
    this.#host.onExhausted(best ?? failedBy(refuse('noroute', 'the route is empty')));
  }

  /** Called off first, so that a branch whose leg is not there yet gets none. */
  #giveUpGroup(hangup: HangupEvent): void {
    this.#cancellation.cancel();
    for (const branch of this.#group) branch.giveUp(hangup);
  }

  #branch(destination: Destination, number: number): Branch {
    const { block, calledfull, deadlineMs } = this.#quarry;
    const { attempts } = this.counts;
    const params: ExecuteParams = {
      // First, for a field that is added to a copy costs V8 several microseconds.
      setupMs: Math.max(0, Math.round(deadlineMs - this.#context.nowMs)),
      ...block,
      ...destination.params,
      callto: destination.callto,
      branchId: `${this.#context.id}/${attempts}/${number}`,
      attempt: attempts,
      offer: this.#offer,
    };
    return new Branch(this.#context, this, ++this.#index, params, calledfull);
  }
}

function bounded({ groups }: Route): BranchGroup[] {
  const full = groups.filter((group) => group.length > 0);
  return full.slice(0, GROUPS_MAX).map((group) => group.slice(0, BRANCHES_MAX));
}
