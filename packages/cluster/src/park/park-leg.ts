import {
  type Body,
  describeRefusal,
  type HangupEvent,
  type Leg,
  type LegEvent,
  type LegState,
  type Refusal,
} from '@tandem/messages';
import { failedBy } from '../link/lost-leg.ts';
import { answerParked } from './parked-answers.ts';
import type { SessionFace } from './session-face.ts';

/** The dialog of a leg that has no phone. */
const DIALOG = 'park';
/** Events kept until somebody listens. */
const WAITING_MAX = 16;

/** Who hears what the caller behind a parking leg does. */
export interface ParkLegHost {
  /** An answer that is awaited for a join; false: it is none. */
  onJoinEvent(leg: ParkLeg, event: LegEvent): boolean;
  /** The caller has hung up, or the switch has ended his call. */
  onLeft(leg: ParkLeg, event: HangupEvent): void;
}

/**
 * The called leg of a parked call, or of the call that takes it up. Alone it answers for itself;
 * joined, what one caller does the other one's leg tells his switch.
 *
 *   caller 1 ── call ── ParkLeg ⇄ ParkLeg ── call ── caller 2
 */
export class ParkLeg implements Leg {
  readonly driver = 'park';
  readonly direction = 'outgoing';
  #host: ParkLegHost;
  #listener: ((event: LegEvent) => void) | undefined;
  #waiting: LegEvent[] = [];
  #partner: ParkLeg | undefined;
  /** Whether the caller's change that is under way brought an offer. */
  #isOffered = false;
  state: LegState = 'calling';

  constructor(
    host: ParkLegHost,
    readonly id: string,
    /** The orbit, as `park/7`. */
    readonly address: string,
    readonly face: SessionFace,
  ) {
    this.#host = host;
  }

  attach(listener: (event: LegEvent) => void): void {
    this.#listener = listener;
    for (const event of this.#waiting.splice(0)) listener(event);
  }

  send(event: LegEvent): void {
    if (this.state === 'gone') return;
    if ('body' in event) this.face.heard(event.body);
    if (event.type === 'hangup') {
      this.#end();
      this.#host.onLeft(this, event);
    } else if (event.type === 'ack' && this.state === 'answered') {
      this.state = 'up';
      this.#host.onJoinEvent(this, event);
    } else if (this.#partner !== undefined) this.#cross(event, this.#partner);
    else if (!this.#host.onJoinEvent(this, event)) {
      const answer = answerParked(event, this.face);
      if (answer !== undefined) this.tell(answer);
    }
  }

  /** Tells the switch what happened on this side. */
  tell(event: LegEvent): void {
    if (this.state === 'gone') return;
    if (event.type === 'answered') this.state = event.isLate ? 'answered' : 'up';
    this.#emit(event);
  }

  /** Answers the caller: with his own offer's answer, or an offer where he made none. */
  answer(body: Body, isLate: boolean): void {
    this.tell({ type: 'answered', dialog: DIALOG, body, answeredAgoMs: 0, isLate });
  }

  /** Ends this side: refused while unanswered, hung up later. */
  end(refusal: Refusal, by: HangupEvent['by'] = 'engine'): void {
    const { q850 } = describeRefusal(refusal);
    const reasonHeaders = [`Q.850;cause=${q850}`];
    this.hangUp({ type: 'hangup', by, reason: refusal.refused, q850, reasonHeaders }, refusal);
  }

  /** As `end`, with the words of whoever hung up. */
  hangUp(event: HangupEvent, refusal: Refusal): void {
    if (this.state === 'gone') return;
    this.tell(this.state === 'calling' ? failedBy(refusal) : event);
    this.#end();
  }

  /** From now on the two callers hear each other, and `host` hears when one leaves. */
  connect(partner: ParkLeg, host: ParkLegHost): void {
    this.#partner = partner;
    this.#host = host;
  }

  #cross(event: LegEvent, partner: ParkLeg): void {
    switch (event.type) {
      case 'modify':
        this.#isOffered = event.body !== undefined;
        partner.tell({ ...event, body: partner.face.offer(event.body) });
        return;
      case 'modified': {
        const { face } = partner;
        const body = partner.#isOffered ? face.answer(event.body) : face.offer(event.body);
        partner.tell({ ...event, body });
        return;
      }
      case 'ack':
        partner.tell({ ...event, body: partner.face.answer(event.body) });
        return;
      case 'modifyCancel':
      case 'info':
      case 'infoDone':
      case 'refer':
      case 'notify':
        partner.tell(event);
        return;
      default:
    }
  }

  #end(): void {
    if (this.state === 'gone') return;
    this.state = 'gone';
    this.#partner = undefined;
    this.#emit({ type: 'gone' });
  }

  #emit(event: LegEvent): void {
    if (this.#listener) this.#listener(event);
    else if (this.#waiting.length < WAITING_MAX) this.#waiting.push(event);
  }
}
