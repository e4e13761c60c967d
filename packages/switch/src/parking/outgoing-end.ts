import type { Leg, LegEvent, LegState } from '@tandem/messages';

/** Events that may wait for the switch to attach. */
const WAITING_MAX = 16;

/**
 * The outgoing leg of a call whose peer is no phone but a part of this node. What the switch
 * sends goes to `onSend`; what the part says is told with `tell`, and waits until the switch
 * has attached. Nothing follows `gone`.
 */
export class OutgoingEnd implements Leg {
  readonly direction = 'outgoing';
  readonly #onSend: (event: LegEvent) => void;
  readonly #waiting: LegEvent[] = [];
  #listener: ((event: LegEvent) => void) | undefined = undefined;
  state: LegState = 'calling';

  constructor(
    readonly id: string,
    readonly driver: string,
    readonly address: string,
    onSend: (event: LegEvent) => void,
  ) {
    this.#onSend = onSend;
  }

  send(event: LegEvent): void {
    if (this.state !== 'gone') this.#onSend(event);
  }

  attach(listener: (event: LegEvent) => void): void {
    this.#listener = listener;
    for (const event of this.#waiting.splice(0)) listener(event);
  }

  /** Says something to the switch. */
  tell(event: LegEvent): void {
    if (this.state === 'gone') return;
    if (event.type === 'gone') this.state = 'gone';
    else if (event.type === 'answered') this.state = 'up';
    if (this.#listener) this.#listener(event);
    else if (this.#waiting.length < WAITING_MAX) this.#waiting.push(event);
  }
}
