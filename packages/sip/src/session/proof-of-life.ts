import { type TimerOwner, WheelTimer } from '@tandem/engine';
import { sendInDialog } from './in-dialog-request.ts';
import type { SessionLink } from './session-link.ts';

/**
 * Asks the peer of a call now and then whether it still knows it (OPTIONS within the dialog):
 * with media past us this alone finds a call whose BYE was lost. Any answer but 481 and 408 is
 * life; a leg that heard from its peer meanwhile is not asked.
 */
export class ProofOfLife implements TimerOwner {
  readonly #link: SessionLink;
  #heardAtMs: number;
  /** A field and no closure: each call has two, for as long as it talks. */
  readonly #timer = new WheelTimer(this);
  #isOver = false;

  constructor(link: SessionLink) {
    this.#link = link;
    this.#heardAtMs = link.host.clock.monotonicMs();
  }

  /** How long ago the peer was last heard, ms. */
  get silentMs(): number {
    return this.#link.host.clock.monotonicMs() - this.#heardAtMs;
  }

  /** The peer was heard. */
  note(): void {
    this.#heardAtMs = this.#link.host.clock.monotonicMs();
  }

  /** Begins to ask, every `[sip] auditSeconds`. */
  start(): void {
    const { auditSeconds } = this.#link.host.settings;
    if (this.#isOver || auditSeconds <= 0) return;
    this.#link.host.wheel.start(this.#timer, Math.max(auditSeconds - this.silentMs, 1));
  }

  /** The call is over: nobody is asked any more. */
  stop(): void {
    this.#isOver = true;
    this.#link.host.wheel.stop(this.#timer);
  }

  /** @internal */
  onTimer(): void {
    const { dialog, digest, host } = this.#link;
    const { auditSeconds } = host.settings;
    if (auditSeconds <= 0 || this.silentMs < auditSeconds) {
      this.start();
      return;
    }
    sendInDialog(
      dialog,
      { method: 'OPTIONS', content: {}, digest },
      {
        onFinal: ({ status }) => {
          if (status === 481) this.#link.dead('unknown-to-peer');
          else if (status === 408) this.#link.dead('silent');
          else {
            this.#link.heard();
            this.start();
          }
        },
        onFailed: () => this.#link.dead('silent'),
      },
    );
  }
}
