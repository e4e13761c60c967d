import type { ZoneClock } from './zone-clock.ts';

/** Names of days, as an operator writes them; their places are those of {@link LocalTime.day}. */
export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

const DAY_MINUTES = 1_440;

/** Hours of some days in a zone: a route counts only within. */
export interface TimeWindow {
  /** None = every day. A window past midnight belongs to the day on which it begins. */
  readonly days: readonly (typeof WEEKDAYS)[number][];
  /** `HH:MM`, up to `24:00`; equal ends mean the whole day. */
  readonly from: string;
  readonly to: string;
  /** IANA name. */
  readonly zone: string;
}

/** Minutes since midnight of `HH:MM`; undefined if it is no time of day. */
export function minuteOf(time: string): number | undefined {
  const match = /^(\d{1,2}):(\d{2})$/.exec(time);
  if (match === null) return undefined;
  const minute = Number(match[1]) * 60 + Number(match[2]);
  return Number(match[2]) < 60 && minute <= DAY_MINUTES ? minute : undefined;
}

/** A window made ready for many questions. */
export class CompiledWindow {
  readonly #clock: ZoneClock;
  readonly #isOn: readonly boolean[];
  readonly #from: number;
  readonly #to: number;

  /** @throws RangeError on a time of day that is none */
  constructor(
    readonly window: TimeWindow,
    clock: ZoneClock,
  ) {
    const [from, to] = [minuteOf(window.from), minuteOf(window.to)];
    if (from === undefined || to === undefined) throw new RangeError('no time of day');
    this.#clock = clock;
    this.#isOn = WEEKDAYS.map((day) => window.days.length === 0 || window.days.includes(day));
    this.#from = from;
    this.#to = to;
  }

  /** Whether an instant, epoch ms, is within. */
  has(instant: number): boolean {
    const { day, minute } = this.#clock.at(instant);
    if (this.#from < this.#to) {
      return this.#isOn[day]! && minute >= this.#from && minute < this.#to;
    }
    if (this.#from === this.#to) return this.#isOn[day]!;
    // Past midnight: the evening of this day, or the morning after the day before.
    return minute >= this.#from
      ? this.#isOn[day]!
      : minute < this.#to && this.#isOn[(day + 6) % 7]!;
  }
}
