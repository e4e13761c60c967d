import type { Clock } from '@tandem/engine';

import { ExpiringMap } from '../bounds/expiring-map.ts';
import type { ProtectionOptions } from './protection-options.ts';
import { SourceAllowance } from './source-allowance.ts';
import { sourceKey } from './source-key.ts';
import type { Ban, StackGuard } from './stack-guard.ts';

/** What the guard is told of by its stack. */
export interface SourceGuardParts {
  readonly clock: Clock;
  readonly options: ProtectionOptions;
  /** An address was banned: its connections must end. */
  readonly onBan: (isBanned: (address: string) => boolean, address: string) => void;
}

/** Limits and bans by address, in bounded memory; see {@link StackGuard}. */
export class SourceGuard implements StackGuard {
  readonly #parts: SourceGuardParts;
  readonly #allowances = new Map<string, SourceAllowance>();
  readonly #bans: ExpiringMap<string>;
  #bansMade = 0;

  constructor(parts: SourceGuardParts) {
    this.#parts = parts;
    this.#bans = new ExpiringMap(parts.clock, parts.options.bansMax);
  }

  /** Addresses watched now. */
  get sources(): number {
    return this.#allowances.size;
  }

  /** Addresses banned now, and a few whose ban has just ended. */
  get banned(): number {
    return this.#bans.size;
  }

  /** Bans made since the stack began. */
  get bansMade(): number {
    return this.#bansMade;
  }

  isBanned(address: string): boolean {
    return this.#bans.size > 0 && this.#bans.has(sourceKey(address));
  }

  charge(address: string, cost = 1): boolean {
    const { messagesPerSecond, burstMessages, excessMessagesMax, banMs } = this.#parts.options;
    if (this.isBanned(address)) return false;
    if (messagesPerSecond === Infinity) return true;
    const key = sourceKey(address);
    const nowMs = this.#parts.clock.monotonicMs();
    const allowance = this.#allowanceOf(key, nowMs);
    if (allowance.take(cost, nowMs, messagesPerSecond, burstMessages)) return true;
    if (this.#isTrusted(address)) {
      this.#allowances.delete(key);
      return true;
    }
    if (allowance.excess > excessMessagesMax) this.ban(address, banMs);
    return false;
  }

  ban(address: string, forMs = this.#parts.options.banMs): void {
    if (this.#isTrusted(address)) return;
    const key = sourceKey(address);
    this.#bansMade++;
    this.#bans.set(key, address, forMs);
    this.#allowances.delete(key);
    this.#parts.onBan((other) => sourceKey(other) === key, address);
  }

  unban(address: string): void {
    const key = sourceKey(address);
    this.#bans.delete(key);
    this.#allowances.delete(key);
  }

  bans(): readonly Ban[] {
    return this.#bans.living().map(({ value: address, restMs }) => ({ address, restMs }));
  }

  // The one seen last stands last; whoever is evicted begins anew with a full allowance.
  #allowanceOf(key: string, nowMs: number): SourceAllowance {
    const { burstMessages, sourcesMax } = this.#parts.options;
    const known = this.#allowances.get(key);
    if (known !== undefined) {
      this.#allowances.delete(key);
      this.#allowances.set(key, known);
      return known;
    }
    if (this.#allowances.size >= sourcesMax) {
      const [oldest] = this.#allowances.keys();
      if (oldest !== undefined) this.#allowances.delete(oldest);
    }
    const made = new SourceAllowance(burstMessages, nowMs);
    this.#allowances.set(key, made);
    return made;
  }

  #isTrusted(address: string): boolean {
    try {
      return this.#parts.options.isTrusted(address);
    } catch {
      // Who cannot be looked up is nobody we know.
      return false;
    }
  }
}
