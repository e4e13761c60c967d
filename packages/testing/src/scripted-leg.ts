import type { Leg, LegEvent, LegState } from '@tandem/messages';

/** What a scripted leg is made with; all has defaults. */
export interface ScriptedLegOptions {
  readonly driver?: string;
  readonly direction?: 'incoming' | 'outgoing';
  readonly address?: string;
  readonly callId?: string;
  readonly userAgent?: string;
  /** Says `gone` by itself once it heard `hangup` or `failed`, as a leg with a quick peer does. */
  readonly isQuick?: boolean;
}

/**
 * A leg whose peer is the test: what the switch sends is kept in `sent`, what the peer does is
 * said with `tell`. Keeps the contract of `Leg`: events before `attach` wait, the last is `gone`.
 */
export class ScriptedLeg implements Leg {
  readonly driver: string;
  readonly direction: 'incoming' | 'outgoing';
  readonly address: string;
  readonly callId: string | undefined;
  readonly userAgent: string | undefined;
  /** All that the switch has sent, in order. */
  readonly sent: LegEvent[] = [];
  /** All that the peer did, in order. */
  readonly told: LegEvent[] = [];
  readonly #isQuick: boolean;
  readonly #waiting: LegEvent[] = [];
  readonly #reactions: ((event: LegEvent) => void)[] = [];
  #listener: ((event: LegEvent) => void) | undefined = undefined;
  state: LegState;

  constructor(
    readonly id: string,
    options: ScriptedLegOptions = {},
  ) {
    this.direction = options.direction ?? 'outgoing';
    this.driver = options.driver ?? 'sip';
    this.address = options.address ?? '198.51.100.9:5060';
    this.callId = options.callId;
    this.userAgent = options.userAgent;
    this.#isQuick = options.isQuick ?? false;
    this.state = this.direction === 'incoming' ? 'received' : 'calling';
  }

  send(event: LegEvent): void {
    this.sent.push(event);
    for (const react of this.#reactions) react(event);
    const isEnd = event.type === 'hangup' || event.type === 'failed';
    if (isEnd && this.#isQuick) this.tell({ type: 'gone' });
  }

  attach(listener: (event: LegEvent) => void): void {
    this.#listener = listener;
    for (const event of this.#waiting.splice(0)) listener(event);
  }

  /** The peer does something. After `gone` nothing is told any more. */
  tell(event: LegEvent): void {
    if (this.state === 'gone') return;
    this.told.push(event);
    if (event.type === 'gone') this.state = 'gone';
    if (this.#listener === undefined) this.#waiting.push(event);
    else this.#listener(event);
  }

  /** What the peer does whenever the switch sends something. */
  react(reaction: (event: LegEvent) => void): void {
    this.#reactions.push(reaction);
  }

  /** What was sent of one type, in order. */
  sentOf<T extends LegEvent['type']>(type: T): readonly Extract<LegEvent, { type: T }>[] {
    return this.sent.filter(
      (event): event is Extract<LegEvent, { type: T }> => event.type === type,
    );
  }

  /** The last thing sent of one type; undefined if there was none. */
  lastOf<T extends LegEvent['type']>(type: T): Extract<LegEvent, { type: T }> | undefined {
    return this.sentOf(type).at(-1);
  }
}
