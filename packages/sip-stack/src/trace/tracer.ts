import type { Clock, TimerWheel } from '@tandem/engine';

import { describeFlow, type Flow } from '../transport/flow.ts';
import { callIdOf } from './call-id-of.ts';
import { HepSender } from './hep-sender.ts';
import type { HepOptions } from './hep-options.ts';
import { LiveTap } from './live-tap.ts';
import type { MessageTap, TapOptions } from './message-tap.ts';
import type { TracedMessage } from './traced-message.ts';

const TAPS_MAX = 32;
const DURATION_MS = 600_000;

/** What a tracer works with. */
export interface TracerParts {
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  readonly hep: HepOptions | undefined;
  /** Calls into a tap; what it throws goes no further. */
  readonly tell: (call: () => void) => void;
}

/** Copies of messages for taps and for HOMER. While nobody listens it costs one look. */
export class Tracer {
  readonly #parts: TracerParts;
  readonly #taps = new Set<LiveTap>();
  readonly #hep: HepSender | undefined;
  #isOn: boolean;

  constructor(parts: TracerParts) {
    this.#parts = parts;
    this.#hep = parts.hep === undefined ? undefined : new HepSender(parts.hep);
    this.#isOn = this.#hep !== undefined;
  }

  /** Whether anybody listens. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Taps that run. */
  get taps(): number {
    return this.#taps.size;
  }

  /** Packets handed to the system for HOMER. */
  get hepSent(): number {
    return this.#hep?.sent ?? 0;
  }

  /** Packets for HOMER thrown away: too large, too many on their way, or refused by the system. */
  get hepDropped(): number {
    return this.#hep?.dropped ?? 0;
  }

  /** Throws a RangeError where 32 taps run already. */
  open(options: TapOptions): MessageTap {
    if (this.#taps.size >= TAPS_MAX) throw new RangeError(`${TAPS_MAX} taps run already.`);
    const { wheel, tell } = this.#parts;
    const tap = new LiveTap(options, tell, (ended) => this.#forget(ended));
    tap.stopTimer = wheel.after(options.durationMs ?? DURATION_MS, () => tap.end('time'));
    this.#taps.add(tap);
    this.#isOn = true;
    return tap;
  }

  /** One message came or goes; asked only while `isOn`. */
  hear(direction: 'in' | 'out', text: string, flow: Flow): void {
    const message: TracedMessage = {
      direction,
      at: this.#parts.clock.now(),
      text,
      callId: callIdOf(text),
      flow: describeFlow(flow),
      localAddress: flow.listener.host,
      localPort: flow.listener.port,
    };
    for (const tap of this.#taps) tap.hear(message);
    this.#hep?.send(message);
  }

  close(): void {
    for (const tap of this.#taps) tap.end('closed');
    this.#hep?.close();
  }

  #forget(tap: LiveTap): void {
    this.#taps.delete(tap);
    this.#isOn = this.#taps.size > 0 || this.#hep !== undefined;
  }
}
