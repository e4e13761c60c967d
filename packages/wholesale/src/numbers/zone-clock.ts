/** Wall-clock time in a zone. */
export interface LocalTime {
  /** 0 = Sunday. */
  readonly day: number;
  /** Minutes since midnight. */
  readonly minute: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Zones change their offset at quarters of an hour: within one it is asked for once. */
const QUARTER_MS = 900_000;

/** The clock on the wall of an IANA zone, with its summer time. Cheap: one question a quarter. */
export class ZoneClock {
  readonly #format: Intl.DateTimeFormat;
  #quarter = Number.NaN;
  #offsetMs = 0;

  /** @throws RangeError on a zone that the system does not know; see {@link isZone} */
  constructor(readonly zone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** What the wall shows at an instant, epoch ms. */
  at(instant: number): LocalTime {
    const quarter = Math.floor(instant / QUARTER_MS);
    if (quarter !== this.#quarter) {
      this.#offsetMs = this.#offsetAt(quarter * QUARTER_MS);
      this.#quarter = quarter;
    }
    const local = instant + this.#offsetMs;
    const days = Math.floor(local / DAY_MS);
    // 1 January 1970 was a Thursday.
    const day = (((days + 4) % 7) + 7) % 7;
    return { day, minute: Math.floor((local - days * DAY_MS) / MINUTE_MS) };
  }

  #offsetAt(instant: number): number {
    const field: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(instant)) {
      field[type] = Number(value);
    }
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = field;
    return Date.UTC(year, month - 1, day, hour, minute, second) - instant;
  }
}

/** Whether the system knows a zone by that name; only names of places, and UTC. */
export function isZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
