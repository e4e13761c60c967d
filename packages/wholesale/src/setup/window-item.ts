import { z } from '@tandem/engine';
import { minuteOf, type TimeWindow, WEEKDAYS } from '../numbers/time-window.ts';
import { isZone } from '../numbers/zone-clock.ts';

const time = z
  .string()
  .refine((text) => minuteOf(text) !== undefined, 'expected a time of day such as 08:00');

const day = z
  .string()
  .transform((text) => text.slice(0, 3).toLowerCase())
  .pipe(z.enum(WEEKDAYS, 'expected days such as mon, tue'));

/**
 * A time window as people write it: `{days: [mon, fri], from: "08:00", to: "18:00", zone:
 * Europe/Berlin}`; `start`, `end` and `timezone` are understood, too.
 */
export const windowItem = z
  .preprocess(
    renamed,
    z.strictObject({
      days: z.array(day).max(7).default([]),
      from: time.default('00:00'),
      to: time.default('24:00'),
      zone: z
        .string('expected an IANA zone such as Europe/Berlin')
        .refine(isZone, 'unknown zone: expected an IANA name such as Europe/Berlin'),
    }),
  )
  .transform((window): TimeWindow => ({ ...window, days: [...new Set(window.days)] }));

/** Reads a stored window. Never throws. */
export function readWindow(
  value: unknown,
): { readonly window: TimeWindow } | { readonly problem: string } {
  const read = windowItem.safeParse(value);
  if (read.success) return { window: read.data };
  return { problem: read.error.issues.map(({ message }) => message).join('; ') };
}

const OTHER_NAMES: Readonly<Record<string, string>> = {
  start: 'from',
  end: 'to',
  timezone: 'zone',
  timeZone: 'zone',
};

function renamed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [OTHER_NAMES[key] ?? key, field as unknown]),
  );
}
