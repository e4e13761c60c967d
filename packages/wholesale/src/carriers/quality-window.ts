/** Attempts of a carrier within a while. */
export interface QualityCounts {
  readonly seizures: number;
  readonly answered: number;
  readonly talkMs: number;
}

/** Half of what counts as "lately": between one and two of it is looked at. */
const HALF_MS = 300_000;

const NONE: QualityCounts = { seizures: 0, answered: 0, talkMs: 0 };

/** Counts a carrier's attempts of the last five to ten minutes. */
export class QualityWindow {
  #beganMs = 0;
  #former = NONE;
  #current = NONE;

  /** One attempt is over; `talkMs` 0 if nobody answered. */
  add(talkMs: number, nowMs: number): void {
    this.#turn(nowMs);
    this.#current = addCounts(this.#current, {
      seizures: 1,
      answered: talkMs > 0 ? 1 : 0,
      talkMs,
    });
  }

  /** What was counted lately. */
  counts(nowMs: number): QualityCounts {
    this.#turn(nowMs);
    return addCounts(this.#former, this.#current);
  }

  #turn(nowMs: number): void {
    const passedMs = nowMs - this.#beganMs;
    if (passedMs < HALF_MS) return;
    this.#former = passedMs < 2 * HALF_MS ? this.#current : NONE;
    this.#current = NONE;
    this.#beganMs = nowMs;
  }
}

/** The sum of two counts. */
export function addCounts(one: QualityCounts, other: QualityCounts): QualityCounts {
  return {
    seizures: one.seizures + other.seizures,
    answered: one.answered + other.answered,
    talkMs: one.talkMs + other.talkMs,
  };
}
