import { keep } from '../wire/keep.ts';
import { CounterWindow } from './counter-window.ts';

interface UsedNonce {
  readonly mintedAt: number;
  readonly window: CounterWindow;
}

/**
 * The counters of every nonce that was used with a right password, so that no request passes
 * twice. Bounded: when it is full the nonce in use longest goes, and with it every nonce as old
 * as it that is not in the list counts as too old. So forgetting never lets a replay pass.
 */
export class UsedNonces {
  readonly #noncesMax: number;
  readonly #lifetimeMs: number;
  readonly #now: () => number;
  readonly #byNonce = new Map<string, UsedNonce>();
  #forgottenTo = Number.NEGATIVE_INFINITY;

  constructor(noncesMax: number, lifetimeMs: number, now: () => number) {
    this.#noncesMax = noncesMax;
    this.#lifetimeMs = lifetimeMs;
    this.#now = now;
  }

  /** Nonces remembered, for a gauge. */
  get size(): number {
    return this.#byNonce.size;
  }

  /**
   * Marks one counter of a nonce as used: `used` only the first time, `repeated` after that, and
   * `forgotten` where nobody can tell any more.
   */
  use(nonce: string, mintedAt: number, counter: number): 'used' | 'repeated' | 'forgotten' {
    const known = this.#byNonce.get(nonce);
    if (known !== undefined) return known.window.use(counter) ? 'used' : 'repeated';
    if (mintedAt <= this.#forgottenTo) return 'forgotten';
    this.#makeRoom();
    const window = new CounterWindow();
    if (!window.use(counter)) return 'repeated';
    this.#byNonce.set(keep(nonce), { mintedAt, window });
    return 'used';
  }

  /** Forgets every nonce that is past its life. */
  sweep(): void {
    for (const [nonce, { mintedAt }] of this.#byNonce) {
      if (this.#now() - mintedAt > this.#lifetimeMs) this.#byNonce.delete(nonce);
    }
  }

  // Each new nonce takes up to two dead ones away, so the list shrinks without a timer.
  #makeRoom(): void {
    let swept = 0;
    for (const [nonce, { mintedAt }] of this.#byNonce) {
      const isDead = this.#now() - mintedAt > this.#lifetimeMs;
      const isFull = this.#byNonce.size >= this.#noncesMax;
      if ((!isDead && !isFull) || swept === 2) return;
      if (!isDead) this.#forgottenTo = Math.max(this.#forgottenTo, mintedAt);
      this.#byNonce.delete(nonce);
      swept++;
    }
  }
}
