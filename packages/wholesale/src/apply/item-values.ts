import { z } from '@tandem/engine';
import { formatMicros, parseMicros } from '@tandem/messages';

/** A name: what other lists refer to, and what stands in records. */
export const nameItem = z
  .string('expected a name')
  .min(1, 'expected a name, got nothing')
  .max(128)
  .regex(/^[^\s,;"'<>/]+$/, 'a name has no spaces and none of , ; " \' < > /');

/** Money as text, never negative; kept with six digits: `"0.10"` is `0.100000`. */
export const moneyItem = z
  .string('expected money as text: put it in quotes, as in "0.10"')
  .transform((text, context) => {
    const micros = parseMicros(text);
    if (micros === undefined || micros < 0n) {
      const message = `expected money such as "0.10", not negative, got ${JSON.stringify(text)}`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
    return formatMicros(micros);
  });

/** Money, or `any` (null, too) for no limit. */
export const moneyOrAnyItem = z.union(
  [z.literal('any').transform(() => null), z.null(), moneyItem],
  'expected money as text, such as "0.10", or any',
);

/** A prefix of numbers: digits, `*` and `#`; "" is every number. */
export const prefixItem = z
  .string('expected a prefix as text: put it in quotes')
  .regex(/^[0-9*#]{0,24}$/, 'expected up to 24 digits, * and #, without + or spaces');

/** An ISO 4217 currency. */
export const currencyItem = z
  .string('expected a currency such as USD')
  .refine(
    (code) => Intl.supportedValuesOf('currency').includes(code),
    'expected an ISO 4217 currency such as USD',
  );

/** A SIP status that ends an attempt. */
export const statusItem = z.int().min(300).max(699);

/** Calls at a time; null and 0 are no limit. */
export const callsItem = z.int().min(0).max(1_000_000).nullable().default(null);

/** Calls a second; null and 0 are no limit. */
export const callsPerSecondItem = z.number().min(0).max(100_000).nullable().default(null);

/** An instant: epoch ms, ISO 8601 text, or what YAML made of one. Kept as epoch ms. */
export const instantItem = z
  .union([z.int(), z.date(), z.string()], 'expected an instant such as 2026-01-01T00:00:00Z')
  .transform((value, context) => {
    const at = typeof value === 'number' ? value : new Date(value).getTime();
    const hasZone =
      typeof value !== 'string' || /(Z|[+-]\d\d:?\d\d|^\d{4}-\d\d-\d\d)$/i.test(value);
    if (!Number.isNaN(at) && hasZone) return at;
    const message = `expected an instant such as 2026-01-01T00:00:00Z, got ${JSON.stringify(value)}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
