import type { Body, FailedEvent, HangupEvent, Leg, LegEvent, LegState } from '@tandem/messages';

/** Name of the one dialog of such a leg. */
const DIALOG = 'replace';
/** Events that cross between the two calls once they are one. */
const CROSSING: ReadonlySet<LegEvent['type']> = new Set([
  'modify',
  'modified',
  'modifyCancel',
  'ack',
  'info',
  'infoDone',
  'refer',
  'notify',
]);

/** Hears what the new caller does. */
export interface SuccessorUser {
  take(event: LegEvent): void;
}

/**
 * The called leg of a new call that takes the place of a leg in another one: behind it is the
 * party who stays there. See StandIn, its other half.
 */
export class SuccessorLeg implements Leg {
  readonly driver = 'replace';
  readonly direction = 'outgoing';
  #listener: ((event: LegEvent) => void) | undefined;
  readonly #waiting: LegEvent[] = [{ type: 'trying' }];
  user: SuccessorUser | undefined;
  state: LegState = 'calling';

  constructor(
    readonly id: string,
    /** The leg whose place is taken. */
    readonly address: string,
  ) {}

  attach(listener: (event: LegEvent) => void): void {
    this.#listener = listener;
    for (const event of this.#waiting.splice(0)) listener(event);
  }

  send(event: LegEvent): void {
    if (this.state === 'gone') return;
    if (event.type === 'hangup') {
      this.user?.take(event);
      this.#end();
    } else if (CROSSING.has(event.type)) this.user?.take(event);
  }

  /** The one who stays has said yes. */
  answer(body: Body | undefined, isLate: boolean): void {
    this.state = 'up';
    this.#emit({ type: 'answered', dialog: DIALOG, body, answeredAgoMs: 0, isLate });
  }

  /** There is nothing to take over, or the one who stays said no. */
  fail(event: FailedEvent): void {
    if (this.state !== 'calling') return;
    this.#emit(event);
    this.#end();
  }

  /** What the one who stays does. */
  tell(event: LegEvent): void {
    if (this.state === 'up' && CROSSING.has(event.type)) this.#emit(event);
  }

  /** The one who stays has left, or his call was ended. */
  leave(event: HangupEvent): void {
    if (this.state !== 'up') return;
    this.#emit(event);
    this.#end();
  }

  #end(): void {
    this.state = 'gone';
    this.#emit({ type: 'gone' });
  }

  #emit(event: LegEvent): void {
    if (this.#listener === undefined) this.#waiting.push(event);
    else this.#listener(event);
  }
}
