import type { TrunkProbed } from '@tandem/messages';

/** Whether a trunk's peer is there: unknown while nobody has looked. */
export type ProbeState = 'unknown' | 'up' | 'down';

/** Probes without an answer until the peer counts as down. */
const DOWN_AFTER = 2;
/** After the first failure the second look comes soon, ms. */
const SECOND_LOOK_MS = 5_000;
/** Answers that say no more than silence: nobody behind it, or too much to do. */
const FAILURES: ReadonlySet<number> = new Set([408, 503, 504]);

/** A probe as lists show it. */
export interface ProbeReport {
  readonly state: ProbeState;
  /** Last final status; 408 for silence, 0 before there was one. */
  readonly status: number;
  readonly phrase: string;
  /** From OPTIONS to the answer, ms. */
  readonly durationMs: number;
}

/**
 * What OPTIONS said of one trunk's peer, on this node: two failures in a row and it is down, one
 * answer and it is up. A refusal, even of OPTIONS itself, is an answer.
 */
export class Probe {
  #report: ProbeReport = { state: 'unknown', status: 0, phrase: '', durationMs: 0 };
  #failures = 0;
  #nextMs = 0;
  #isBusy = false;

  get report(): ProbeReport {
    return this.#report;
  }

  /** Whether to look now; then it counts as begun, and `heard` ends it. */
  begin(nowMs: number): boolean {
    if (this.#isBusy || nowMs < this.#nextMs) return false;
    this.#isBusy = true;
    return true;
  }

  /** What came of it; whether the state changed. */
  heard({ status, phrase, durationMs }: TrunkProbed, periodMs: number, nowMs: number): boolean {
    const former = this.#report.state;
    this.#isBusy = false;
    this.#failures = FAILURES.has(status) ? this.#failures + 1 : 0;
    const isWavering = this.#failures > 0 && this.#failures < DOWN_AFTER;
    this.#nextMs = nowMs + (isWavering ? Math.min(SECOND_LOOK_MS, periodMs) : periodMs);
    const judged = this.#failures === 0 ? 'up' : 'down';
    const state = isWavering ? former : judged;
    this.#report = { state, status, phrase, durationMs };
    return state !== former;
  }

  /** Nobody looks any more. */
  forget(): void {
    this.#report = { state: 'unknown', status: 0, phrase: '', durationMs: 0 };
    this.#failures = 0;
    this.#nextMs = 0;
  }
}
