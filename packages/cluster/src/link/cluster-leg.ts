import { type TimerOwner, WheelTimer } from '@tandem/engine';
import {
  describeRefusal,
  type FailedEvent,
  type HangupEvent,
  type Leg,
  type LegEvent,
  type LegState,
  type Refusal,
  refuse,
} from '@tandem/messages';
import type { LegLink, LinkFailure, LinkOwner } from './leg-link.ts';
import type { LinkTable } from './link-table.ts';

/** While NATS is away a leg that rings has this long, ms; an answered one has the grace. */
const RINGING_GRACE_MS = 4_000;
/** How long the other node may take to say gone after our last word, ms. */
const LEAVING_MS = 5_000;
const GRACE_TIMER = 0;
const LEAVING_TIMER = 1;
/** What a phone is told to wait when a change cannot cross now, seconds. */
const RETRY_AFTER_SECONDS = 5;
/** Events kept until somebody listens. */
const WAITING_MAX = 64;

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
 * Whoever says the last word (hangup, failed) waits for `gone`; whoever hears it says gone.
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
    if (!this.#isConnected() && this.#answerHere(event)) return;
    if (event.type === 'hangup' || event.type === 'failed') {
      this.#state = 'leaving';
      if (this.#isConnected()) this.#table.wheel.start(this.#leavingTimer, LEAVING_MS);
    } else this.#state = nextState(this.#state, event);
    this.link.send(event);
  }

  /** From the other node to our switch. */
  onEvent(event: LegEvent): void {
    if (this.#state === 'gone') return;
    if (event.type === 'gone') {
      this.#gone(event.isLateAnswer ?? false);
      return;
    }
    if (this.#state === 'leaving') {
      this.#crossed(event);
      return;
    }
    if (event.type === 'hangup' || event.type === 'failed') {
      this.#state = 'leaving';
      this.link.send({ type: 'gone' });
      this.#emit(event);
      this.#gone(false);
      return;
    }
    this.#state = nextState(this.#state, event);
    this.#emit(event);
  }

  onFailure(failure: LinkFailure): void {
    this.lose(failure === 'peer-silent' ? 'the other node keeps silent' : 'too many events wait');
  }

  onTimer(kind: number): void {
    if (kind === GRACE_TIMER) this.lose('NATS was away for too long');
    else this.#gone(this.#isLateAnswer);
  }

  /** Refuses an outgoing leg that the other node never took. */
  refuse(refusal: Refusal): void {
    if (this.#state === 'gone') return;
    if (this.#state === 'calling') this.#emit(failedBy(refusal));
    this.#gone(false);
  }

  /** Nobody answered whether the call was taken: it is given up, and the other node is told. */
  abandon(refusal: Refusal): void {
    if (this.#state === 'gone') return;
    this.link.send(lostHangup('incoming'));
    this.refuse(refusal);
  }

  /** The other node has taken the call, under that boot. */
  taken(boot: string): void {
    this.link.boot = boot;
  }

  /** The peer is lost: our side of the call ends, with Q.850 41 (temporary failure). */
  lose(why: string): void {
    if (this.#state === 'gone') return;
    const isSettingUp = this.direction === 'outgoing' && !isAnswered(this.#state);
    if (this.#state !== 'leaving') {
      this.#emit(isSettingUp ? failedBy(refuse('offline', why)) : lostHangup(this.direction));
    }
    this.#gone(this.#isLateAnswer);
  }

  /** The own connection to NATS is lost: no verdict on the peer, only so much patience. */
  disconnected(): void {
    const graceMs =
      isAnswered(this.#state) || this.#state === 'leaving' ? this.#graceMs : RINGING_GRACE_MS;
    this.#table.wheel.stop(this.#leavingTimer);
    this.#table.wheel.start(this.#graceTimer, graceMs);
  }

  /** The own connection is back. */
  reconnected(): void {
    this.#table.wheel.stop(this.#graceTimer);
    if (this.#state === 'leaving') this.#table.wheel.start(this.#leavingTimer, LEAVING_MS);
  }

  /** What came while our last word was on its way. */
  #crossed(event: LegEvent): void {
    if (event.type === 'answered') this.#isLateAnswer = true;
    else if (event.type === 'hangup' || event.type === 'failed') {
      this.link.send({ type: 'gone' });
      this.#gone(this.#isLateAnswer);
    }
  }

  /** Without a connection a change of the session is answered here, and the session stays. */
  #answerHere(event: LegEvent): boolean {
    if (event.type === 'modify') {
      const { modifyId } = event;
      const phrase = 'Server Internal Error';
      this.#emit({
        type: 'modified',
        modifyId,
        status: 500,
        phrase,
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
      return true;
    }
    if (event.type === 'info') {
      this.#emit({ type: 'infoDone', infoId: event.infoId, status: 500 });
      return true;
    }
    return false;
  }

  #gone(isLateAnswer: boolean): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    this.#table.wheel.stop(this.#graceTimer);
    this.#table.wheel.stop(this.#leavingTimer);
    this.#table.close(this.link);
    this.#emit({ type: 'gone', ...(isLateAnswer ? { isLateAnswer } : undefined) });
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
      return 'up';
    default:
      return state;
  }
}

function failedBy(refusal: Refusal): FailedEvent {
  const { status, phrase, q850 } = describeRefusal(refusal);
  return {
    type: 'failed',
    status,
    phrase,
    reason: refusal.refused,
    q850,
    reasonHeaders: [],
    where: 'node',
  };
}

function lostHangup(direction: 'incoming' | 'outgoing'): HangupEvent {
  return {
    type: 'hangup',
    by: direction === 'incoming' ? 'caller' : 'callee',
    reason: 'unreachable',
    q850: 41,
    reasonHeaders: ['Q.850;cause=41;text="Temporary failure"'],
  };
}
