import { type TimerOwner, WheelTimer } from '@tandem/engine';
import {
  type Leg,
  type LegEvent,
  type LegState,
  type Refusal,
  refuse,
  BODY_BYTES_MAX,
} from '@tandem/messages';
import { answerHere } from './answer-here.ts';
import type { LegLink, LinkFailure, LinkOwner } from './leg-link.ts';
import type { LinkTable } from './link-table.ts';
import { failedBy, lostHangup } from './lost-leg.ts';

/** A leg that rings waits so long for a lost connection, ms; an answered one has the grace. */
const RINGING_GRACE_MS = 4_000;
/** How long the other node may take to say gone after our last word, ms. */
const LEAVING_MS = 5_000;
/** What a phone is told to wait when a change cannot cross now, seconds. */
const RETRY_AFTER_SECONDS = 5;
/** Events kept until somebody listens. */
const WAITING_MAX = 64;
const GRACE_TIMER = 0;
const LEAVING_TIMER = 1;

/** What a leg needs to know of its node. */
export interface ClusterLegOptions {
  readonly id: string;
  readonly direction: 'incoming' | 'outgoing';
  readonly key: string;
  readonly node: string;
  readonly boot: string | undefined;
  readonly table: LinkTable;
  readonly graceMs: number;
  readonly isConnected: () => boolean;
}

/**
 * One end of a call that goes on at another node: what the switch says crosses, what crosses the
 * switch hears.
 *
 *   near node                                         far node
 *   switch ── ClusterLeg(outgoing) ── LegLink ≈≈ LegLink ── ClusterLeg(incoming) ── switch
 *
 *   calling/received ─> trying ─> early ─> answered ─> up ─┬ our last word ─> leaving ─ gone ─> gone
 *                                                          └ theirs: we say gone ────────────> gone
 *
 * The last word is `hangup` or `failed`; whoever hears it says `gone`. Where both say it at once
 * both say gone. A peer that is lost ends the leg: while it rings as a failure, later as a
 * hang-up with Q.850 41. While NATS is away nobody is judged; there is a bound to the patience.
 */
export class ClusterLeg implements Leg, LinkOwner, TimerOwner {
  readonly driver = 'nats';
  readonly id: string;
  readonly direction: 'incoming' | 'outgoing';
  readonly address: string;
  readonly link: LegLink;
  readonly #table: LinkTable;
  readonly #graceMs: number;
  readonly #isConnected: () => boolean;
  readonly #graceTimer = new WheelTimer(this, GRACE_TIMER);
  readonly #leavingTimer = new WheelTimer(this, LEAVING_TIMER);
  #state: LegState;
  #listener: ((event: LegEvent) => void) | undefined;
  #waiting: LegEvent[] = [];
  /** Answered after it had been given up. */
  #isLateAnswer = false;
  /** Since when the other node is out of reach, monotonic ms; undefined: it is not. */
  #patientSinceMs: number | undefined;

  constructor(options: ClusterLegOptions) {
    this.id = options.id;
    this.direction = options.direction;
    this.address = options.node;
    this.#table = options.table;
    this.#graceMs = options.graceMs;
    this.#isConnected = options.isConnected;
    this.#state = options.direction === 'incoming' ? 'received' : 'calling';
    const side = options.direction === 'incoming' ? 'far' : 'near';
    this.link = options.table.open(options.key, side, options.node, options.boot, this);
  }

  get state(): LegState {
    return this.#state;
  }

  attach(listener: (event: LegEvent) => void): void {
    this.#listener = listener;
    for (const event of this.#waiting.splice(0)) listener(event);
  }

  /** From our switch to the other node. */
  send(event: LegEvent): void {
    if (this.#state === 'gone' || this.#state === 'leaving') return;
    if (!this.#isConnected() && this.#refuseHere(event, 500, RETRY_AFTER_SECONDS)) return;
    if (bodyBytes(event) > BODY_BYTES_MAX) {
      if (!this.#refuseHere(event, 513)) this.#fail(`a body of ${bodyBytes(event)} bytes`);
      return;
    }
    if (event.type === 'hangup' || event.type === 'failed') {
      this.#state = 'leaving';
      if (!this.link.isSuspended) this.#table.wheel.start(this.#leavingTimer, LEAVING_MS);
    } else this.#state = nextState(this.#state, event);
    this.link.send(event);
  }

  /** From the other node to our switch. */
  onEvent(event: LegEvent): void {
    if (this.#state === 'gone') return;
    if (event.type === 'gone') this.#end(event.isLateAnswer === true || this.#isLateAnswer);
    else if (this.#state === 'leaving') this.#crossed(event);
    else if (event.type === 'hangup' || event.type === 'failed') {
      this.#state = 'leaving';
      this.link.send({ type: 'gone' });
      this.#emit(event);
      this.#end(false);
    } else {
      this.#state = nextState(this.#state, event);
      this.#emit(event);
    }
  }

  onFailure(failure: LinkFailure): void {
    this.lose(failure === 'peer-silent' ? 'the other node keeps silent' : 'too many events wait');
  }

  onTimer(kind: number): void {
    if (kind === GRACE_TIMER) {
      const patientMs = this.#table.monotonicMs() - (this.#patientSinceMs ?? Infinity);
      this.lose('the other node was out of reach for too long', Math.max(0, patientMs));
    } else this.#end(this.#isLateAnswer);
  }

  /** The other node has taken the call, under that boot. */
  taken(boot: string | undefined): void {
    this.link.boot ??= boot;
  }

  /** Ends an outgoing leg that the other node did not take. */
  refuse(refusal: Refusal): void {
    if (this.#state === 'gone') return;
    if (this.#state === 'calling') this.#emit(failedBy(refusal));
    this.#end(this.#isLateAnswer);
  }

  /** Nobody knows whether the call was taken: it is given up, and the other node is told. */
  abandon(refusal: Refusal): void {
    if (this.#state === 'gone') return;
    if (this.#state !== 'leaving') this.link.send(lostHangup('caller'));
    this.refuse(refusal);
  }

  /**
   * Our side of the call ends, as of when the other node was last heard, and the other one is told,
   * in case it lives after all.
   */
  lose(why: string, silentMs = 0): void {
    if (this.#state === 'gone') return;
    const wasLeaving = this.#state === 'leaving';
    const isSettingUp = this.direction === 'outgoing' && !isAnswered(this.#state);
    const [near, far] = ['caller', 'callee'] as const;
    const [here, there] = this.direction === 'incoming' ? [near, far] : [far, near];
    this.#state = 'leaving';
    if (!wasLeaving) {
      this.link.send(lostHangup(there, silentMs));
      this.#emit(isSettingUp ? failedBy(refuse('offline', why)) : lostHangup(here, silentMs));
    }
    this.#end(this.#isLateAnswer);
  }

  beginPatience(): void {
    const isUp = isAnswered(this.#state) || this.#state === 'leaving';
    this.#patientSinceMs ??= this.#table.monotonicMs();
    this.#table.wheel.stop(this.#leavingTimer);
    this.#table.wheel.start(this.#graceTimer, isUp ? this.#graceMs : RINGING_GRACE_MS);
  }

  endPatience(): void {
    this.#patientSinceMs = undefined;
    this.#table.wheel.stop(this.#graceTimer);
    if (this.#state === 'leaving') this.#table.wheel.start(this.#leavingTimer, LEAVING_MS);
  }

  /** What came while our last word was on its way. */
  #crossed(event: LegEvent): void {
    if (event.type === 'answered') this.#isLateAnswer = true;
    else if (event.type === 'hangup' || event.type === 'failed') {
      this.link.send({ type: 'gone' });
      this.#end(this.#isLateAnswer);
    }
  }

  /** A request that cannot cross is answered here, and the session stays; false: it is none. */
  #refuseHere(event: LegEvent, status: number, retryAfterSeconds?: number): boolean {
    const answer = answerHere(event, status, retryAfterSeconds);
    if (answer !== undefined) this.#emit(answer);
    return answer !== undefined;
  }

  /** The call cannot go on over this leg: both of its ends are told. */
  #fail(why: string): void {
    this.lose(`${why} does not cross between nodes`);
  }

  #end(isLateAnswer: boolean): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    this.#table.wheel.stop(this.#graceTimer);
    this.#table.wheel.stop(this.#leavingTimer);
    this.#table.close(this.link);
    this.#emit({ type: 'gone', ...(isLateAnswer ? { isLateAnswer } : undefined) });
    // The link is remembered for a minute; the call must not be.
    if (this.#listener !== undefined) this.#listener = () => undefined;
  }

  #emit(event: LegEvent): void {
    if (this.#listener) this.#listener(event);
    else if (this.#waiting.length < WAITING_MAX) this.#waiting.push(event);
  }
}

function isAnswered(state: LegState): boolean {
  return state === 'answered' || state === 'up';
}

/** The state as lists show it, moved by what crosses either way. */
function nextState(state: LegState, event: LegEvent): LegState {
  switch (event.type) {
    case 'trying':
      return state === 'calling' || state === 'received' ? 'trying' : state;
    case 'progress':
      return isAnswered(state) ? state : 'early';
    case 'answered':
      return event.isLate ? 'answered' : 'up';
    case 'ack':
      return state === 'answered' ? 'up' : state;
    default:
      return state;
  }
}

function bodyBytes(event: LegEvent): number {
  return 'body' in event ? (event.body?.content.length ?? 0) : 0;
}
