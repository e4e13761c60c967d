import type { StopTimer } from '@tandem/engine';
import {
  type HeaderLine,
  parseDeltaSeconds,
  parseSessionExpires,
  type SipRequest,
  type SipResponse,
} from '@tandem/sip-stack';
import type { LegHost } from '../leg/leg-host.ts';

/** What a session timer wants done. */
export interface SessionTimerUser {
  /** Half of the time is over and we are the refresher: send UPDATE or re-INVITE. */
  onRefreshDue(): void;
  /** The peer should have refreshed: BYE. */
  onExpired(): void;
}

const RETRY_MS = 10_000;

/**
 * The session timer of one leg (RFC 4028), negotiated with its peer alone: nothing of it crosses
 * the call. The refresher's role stays with the party, whoever sends the next request.
 */
export class SessionTimer {
  #seconds = 0;
  #isOurs = false;
  #minSeconds = 0;
  #stop: StopTimer | undefined;

  constructor(
    readonly host: LegHost,
    readonly user: SessionTimerUser,
  ) {}

  /** Whether one was agreed on. */
  get isRunning(): boolean {
    return this.#seconds > 0;
  }

  /** Session-Expires and Min-SE for a request of ours within the session. */
  requestLines(): HeaderLine[] {
    if (!this.isRunning) return [];
    const refresher = this.#isOurs ? 'uac' : 'uas';
    const lines: HeaderLine[] = [
      ['Session-Expires', `${this.#seconds};refresher=${refresher}`],
      ['Supported', 'timer'],
    ];
    if (this.#minSeconds > 0) lines.push(['Min-SE', String(this.#minSeconds)]);
    return lines;
  }

  /**
   * Agrees on what a request of the peer's proposes, and gives the lines of its 2xx. A peer that
   * knows timers and proposes none is given ours, to refresh itself.
   */
  accept(request: SipRequest): HeaderLine[] {
    const proposed = parseSessionExpires(request.get('Session-Expires') ?? '');
    const isKnown = knowsTimers(request);
    if (proposed === undefined) {
      if (!this.isRunning && isKnown) {
        this.#seconds = Math.round(this.host.settings.sessionExpires / 1_000);
      }
      if (!this.isRunning) return [];
      if (!isKnown) this.#isOurs = true;
    } else {
      this.#seconds = proposed.seconds;
      if (proposed.refresher !== undefined) this.#isOurs = proposed.refresher === 'uas';
      else if (!isKnown) this.#isOurs = true;
    }
    this.#restart();
    const refresher = this.#isOurs ? 'uas' : 'uac';
    const lines: HeaderLine[] = [['Session-Expires', `${this.#seconds};refresher=${refresher}`]];
    if (!this.#isOurs && isKnown) lines.push(['Require', 'timer']);
    return lines;
  }

  /** Takes what a 2xx of the peer says; without a word of it the peer has no timer. */
  agree(response: SipResponse): void {
    const agreed = parseSessionExpires(response.get('Session-Expires') ?? '');
    if (agreed === undefined) {
      // A refresher of ours goes on: the peer's silence to a refresh is no end of the session.
      if (!this.isRunning) return;
    } else {
      this.#seconds = agreed.seconds;
      this.#isOurs = agreed.refresher !== 'uas';
    }
    this.#restart();
  }

  /** The peer wants a longer session (422); true if a refresh may be tried again now. */
  raise(response: SipResponse): boolean {
    const least = parseDeltaSeconds(response.get('Min-SE') ?? '');
    if (least === undefined || least <= this.#seconds) return false;
    this.#seconds = least;
    this.#minSeconds = least;
    return true;
  }

  /** A refresh of ours did not come through; it is tried again soon. */
  retry(): void {
    if (!this.isRunning || !this.#isOurs) return;
    this.#stop?.();
    this.#stop = this.host.wheel.after(RETRY_MS, () => this.user.onRefreshDue());
  }

  stop(): void {
    this.#stop?.();
    this.#seconds = 0;
  }

  #restart(): void {
    this.#stop?.();
    if (this.#seconds <= 0) return;
    if (this.#isOurs) {
      this.#stop = this.host.wheel.after(this.#seconds * 500, () => this.user.onRefreshDue());
      return;
    }
    const marginSeconds = Math.min(32, this.#seconds / 3);
    const expiryMs = (this.#seconds - marginSeconds) * 1_000;
    this.#stop = this.host.wheel.after(expiryMs, () => this.user.onExpired());
  }
}

/** Whether a peer says that it has session timers. */
export function knowsTimers(message: SipRequest | SipResponse): boolean {
  return message.list('Supported').some((name) => name.toLowerCase() === 'timer');
}
