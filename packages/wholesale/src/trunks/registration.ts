import type { Clock, Log } from '@tandem/engine';
import { describeRefusal, isRefusal, type Refusal, type TrunkRegistered } from '@tandem/messages';
import type { Trunk } from '../setup/trunk.ts';
import { renewalDelayMs, retryDelayMs } from './retry-delay.ts';

/** How long a registration is asked for, seconds. */
const EXPIRES_SECONDS = 3_600;
/** A carrier whose connections all close is asked again over this span, ms. */
const LOST_SPREAD_MS = 4_000;
/** A registrar that grants next to nothing is not asked all the time, ms. */
const RENEWAL_MS_MIN = 5_000;

/** The states of a registration, at the node that holds it. */
export type RegistrationState = 'registering' | 'registered' | 'failed';

/** A registration as lists show it. */
export interface RegistrationReport {
  readonly trunk: string;
  readonly state: RegistrationState;
  /** Last final status; 0 before there is one. */
  readonly status: number;
  readonly phrase: string;
  /** When it ends unless it is renewed, epoch ms; null where it does not stand. */
  readonly expiresAt: number | null;
  /** When the next REGISTER goes out, epoch ms. */
  readonly nextAt: number;
  /** Failures in a row. */
  readonly failures: number;
}

/** What a registration asks of the rest of the cluster and of the driver. */
export interface RegistrationPorts {
  readonly clock: Clock;
  readonly log: Log;
  /** Draws from 0 up to but without 1. */
  readonly draw: () => number;
  /** Whether this node owns `trunk/<name>` now; it is made the owner where nobody is. */
  isOwner(trunk: string): Promise<boolean>;
  /** Gives it back. */
  release(trunk: string): Promise<void>;
  /** Sends a REGISTER; 0 seconds take it back. */
  register(trunk: Trunk, expiresSeconds: number): Promise<TrunkRegistered>;
  /** Whether one more REGISTER may be sent now; what has to wait is tried again a second later. */
  mayRegister(): boolean;
  /** Whether this node takes calls; one that does not hands its registrations over. */
  isAccepting(): boolean;
}

/**
 * One trunk that wants to be registered, as one node sees it.
 *
 *            owner            200                    half of its life
 *   not ours ─────> registering ───> registered ────────────────────┐
 *      ^                ^  ^ │ refused, silent                      │
 *      │                │  └─┴──> failed ── back-off ──┐            │
 *      │ lease lost,    └──────────────────────────────┴────────────┘
 *      └ node drains (taken back first)
 *
 * The lease decides, at every step anew: who does not hold it sends nothing. A node that was cut
 * off lets the registration stand, since its successor takes the contact back.
 */
export class Registration {
  readonly #ports: RegistrationPorts;
  #trunk: Trunk;
  #state: RegistrationState | undefined;
  #status = 0;
  #phrase = '';
  #failures = 0;
  /** Monotonic instants. */
  #expiresMs: number | undefined;
  #nextMs = 0;
  #isBusy = false;
  #hasEnded = false;

  constructor(ports: RegistrationPorts, trunk: Trunk) {
    this.#ports = ports;
    this.#trunk = trunk;
  }

  /** What is shown of it; undefined while another node holds it. */
  get report(): RegistrationReport | undefined {
    if (this.#state === undefined) return undefined;
    const { clock } = this.#ports;
    const toWall = clock.now() - clock.monotonicMs();
    return {
      trunk: this.#trunk.name,
      state: this.#state,
      status: this.#status,
      phrase: this.#phrase,
      expiresAt: this.#expiresMs === undefined ? null : Math.round(this.#expiresMs + toWall),
      nextAt: Math.round(this.#nextMs + toWall),
      failures: this.#failures,
    };
  }

  /** Takes new settings of the same trunk; other credentials or another place count at once. */
  change(trunk: Trunk): void {
    const former = this.#trunk;
    this.#trunk = trunk;
    if (accountOf(former) === accountOf(trunk)) return;
    this.#failures = 0;
    this.#nextMs = 0;
  }

  /** Its connection is closed: it is registered anew, though not by all trunks at once. */
  lost(): void {
    if (this.#state !== 'registered') return;
    const { clock, draw } = this.#ports;
    this.#nextMs = Math.min(this.#nextMs, clock.monotonicMs() + 1_000 + LOST_SPREAD_MS * draw());
  }

  /** Does what is due. Never rejects. */
  async step(): Promise<void> {
    if (this.#isBusy || this.#hasEnded) return;
    this.#isBusy = true;
    try {
      await this.#step();
    } catch (fault) {
      this.#failed(500, fault instanceof Error ? fault.message : String(fault), undefined);
    } finally {
      this.#isBusy = false;
    }
  }

  /** It is no longer wanted, or the node ends: takes it back if it stands. Never rejects. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    if (this.#state === undefined) return;
    await this.#takeBack();
  }

  async #step(): Promise<void> {
    const { clock, log } = this.#ports;
    const trunk = this.#trunk;
    const isAccepting = this.#ports.isAccepting();
    if (!isAccepting && this.#state === undefined) return;
    if (!(await this.#ports.isOwner(trunk.name))) {
      if (this.#state !== undefined)
        log.info('a trunk is registered by another node now', { trunk: trunk.name });
      this.#forget();
      return;
    }
    if (!isAccepting) {
      await this.#takeBack();
      return;
    }
    this.#state ??= 'registering';
    if (this.#hasEnded || clock.monotonicMs() < this.#nextMs || !this.#ports.mayRegister()) return;
    if (this.#state === 'failed') this.#state = 'registering';
    const told = await this.#ports.register(trunk, EXPIRES_SECONDS);
    if (told.expiresSeconds > 0) this.#registered(told);
    else this.#failed(told.status, told.phrase, told.retryAfterSeconds);
  }

  #registered({ status, phrase, expiresSeconds, renewSeconds }: TrunkRegistered): void {
    const { clock, log } = this.#ports;
    const nowMs = clock.monotonicMs();
    if (this.#state !== 'registered') {
      log.info('a trunk is registered', { trunk: this.#trunk.name, expiresSeconds });
    }
    this.#state = 'registered';
    this.#status = status;
    this.#phrase = phrase;
    this.#failures = 0;
    this.#expiresMs = nowMs + expiresSeconds * 1_000;
    const delayMs = Math.min(renewalDelayMs(expiresSeconds), (renewSeconds ?? Infinity) * 1_000);
    this.#nextMs = nowMs + Math.max(delayMs, RENEWAL_MS_MIN);
  }

  #failed(status: number, phrase: string, retryAfterSeconds: number | undefined): void {
    const { clock, log, draw } = this.#ports;
    const nowMs = clock.monotonicMs();
    this.#failures++;
    const delayMs = retryDelayMs({ status, retryAfterSeconds }, this.#failures, draw);
    this.#state = 'failed';
    this.#status = status;
    this.#phrase = phrase;
    if (this.#expiresMs !== undefined && this.#expiresMs <= nowMs) this.#expiresMs = undefined;
    this.#nextMs = nowMs + delayMs;
    const trunk = this.#trunk.name;
    log.warn('a trunk could not be registered', { trunk, status, phrase, nextInMs: delayMs });
  }

  async #takeBack(): Promise<void> {
    const trunk = this.#trunk;
    const isStanding = this.#expiresMs !== undefined;
    this.#forget();
    if (isStanding) {
      const told = await this.#ports.register(trunk, 0);
      const { status, phrase } = told;
      this.#ports.log.info('a trunk was deregistered', { trunk: trunk.name, status, phrase });
    }
    await this.#ports.release(trunk.name);
  }

  #forget(): void {
    this.#state = undefined;
    this.#status = 0;
    this.#phrase = '';
    this.#failures = 0;
    this.#expiresMs = undefined;
    this.#nextMs = 0;
  }
}

/** An answer of the driver, be it a refusal of its own. */
export function toRegistered(answer: TrunkRegistered | Refusal | undefined): TrunkRegistered {
  if (answer === undefined) return { status: 503, phrase: 'no driver for it', expiresSeconds: 0 };
  if (!isRefusal(answer)) return answer;
  const { status } = describeRefusal(answer);
  return { status, phrase: answer.detail, expiresSeconds: 0 };
}

function accountOf({ address, username, password }: Trunk): string {
  return JSON.stringify([address, username, password]);
}
