import type { StopTimer } from '@tandem/engine';

import { keep } from '../wire/keep.ts';
import type { MessageTap, TapEnd, TapOptions } from './message-tap.ts';
import type { TracedMessage } from './traced-message.ts';

const CALLS_MAX = 64;
const MESSAGES_MAX = 1_000;

/** One tap: whether a message is its concern, and its two bounds. */
export class LiveTap implements MessageTap {
  readonly #options: TapOptions;
  readonly #callIds: Set<string>;
  readonly #tell: (call: () => void) => void;
  readonly #onEnd: (tap: LiveTap) => void;
  #left: number;
  #isOpen = true;
  /** What ends it when its time is over. */
  stopTimer: StopTimer | undefined;

  constructor(
    options: TapOptions,
    tell: (call: () => void) => void,
    onEnd: (tap: LiveTap) => void,
  ) {
    this.#options = options;
    this.#tell = tell;
    this.#onEnd = onEnd;
    this.#left = options.messagesMax ?? MESSAGES_MAX;
    this.#callIds = new Set(options.callIds?.slice(0, CALLS_MAX).map((callId) => keep(callId)));
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  addCallId(callId: string): void {
    if (this.#callIds.size < CALLS_MAX) this.#callIds.add(keep(callId));
  }

  hear(message: TracedMessage): void {
    if (!this.#isMeant(message)) return;
    this.#left--;
    this.#tell(() => this.#options.onMessage(message));
    if (this.#left <= 0) this.end('messages');
  }

  stop(): void {
    this.end('stopped');
  }

  end(reason: TapEnd): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.stopTimer?.();
    this.#onEnd(this);
    const { onEnd } = this.#options;
    if (onEnd !== undefined) this.#tell(() => onEnd(reason));
  }

  #isMeant({ callId, flow }: TracedMessage): boolean {
    const { address, callIds } = this.#options;
    const isAll = address === undefined && callIds === undefined;
    return isAll || flow.remoteAddress === address || this.#callIds.has(callId);
  }
}
