import type { StopTimer } from '@tandem/engine';
import { sendInDialog } from './in-dialog-request.ts';
import type { SessionLink } from './session-link.ts';

/**
 * Asks the peer of a call now and then whether it still knows it (OPTIONS within the dialog):
 * with media past us this alone finds a call whose BYE was lost. Any answer but 481 and 408 is
 * life; a leg that heard from its peer meanwhile is not asked.
 */
export class ProofOfLife {
  readonly #link: SessionLink;
  #heardAtMs: number;
  #stop: StopTimer | undefined;
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
    this.#stop?.();
    const delayMs = Math.max(auditSeconds - this.silentMs, 1);
    this.#stop = this.#link.host.wheel.after(delayMs, () => this.#check(auditSeconds));
  }

  /** The call is over: nobody is asked any more. */
  stop(): void {
    this.#isOver = true;
    this.#stop?.();
  }

  #check(auditMs: number): void {
    if (this.silentMs < auditMs) {
      this.start();
      return;
    }
    const { dialog, digest } = this.#link;
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
