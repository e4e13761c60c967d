import { z } from 'zod';

const TRUE_WORDS = new Set(['true', 'yes', 'on', 'enable', 't', '1']);
const FALSE_WORDS = new Set(['false', 'no', 'off', 'disable', 'f', '0']);

/** A yes-or-no value of an ini file, in Yate's words (true yes on enable t / false no off disable f). */
export function flag(): z.ZodType<boolean, string | boolean> {
  return z.union([z.boolean(), z.string()]).transform((value, context) => {
    if (typeof value === 'boolean') return value;
    const word = value.trim().toLowerCase();
    if (TRUE_WORDS.has(word)) return true;
    if (FALSE_WORDS.has(word)) return false;
    context.addIssue({
      code: 'custom',
      message: `expected yes or no, got ${JSON.stringify(value)}`,
    });
    return z.NEVER;
  });
}

/** A comma-separated list of an ini file; blank items are left out, repeated keys are joined. */
export function list<T extends z.ZodType>(item: T): z.ZodType<z.output<T>[], string | string[]> {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((value) =>
      (Array.isArray(value) ? value : [value])
        .flatMap((text) => text.split(','))
        .map((text) => text.trim())
        .filter((text) => text !== ''),
    )
    .pipe(z.array(item as z.ZodType<z.output<T>, string>));
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A span of an ini file in whole ms: `250ms`, `30s`, `5m`, `1h`, `2d`; a bare number counts as seconds. */
export function duration(): z.ZodType<number, string | number> {
  return z.union([z.number(), z.string()]).transform((value, context) => {
    const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(String(value).trim());
    const spanMs = Math.round(Number(match?.[1]) * (UNIT_MS[match?.[2] ?? 's'] ?? Number.NaN));
    if (!Number.isSafeInteger(spanMs)) {
      context.addIssue({
        code: 'custom',
        message: `expected a span such as 250ms, 30s or 5m, got ${JSON.stringify(value)}`,
      });
      return z.NEVER;
    }
    return spanMs;
  });
}
