import { duration, z } from '@tandem/engine';
import { priorities } from '@tandem/messages';

const place = (byDefault: number): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce.number().int().min(0).max(10_000).default(byDefault);

/** `[wholesale]` of clustering.conf. */
export const wholesaleConfig = z.object({
  internationalPrefix: z
    .string()
    .regex(/^\d{0,5}$/, 'expected up to five digits')
    .default('00')
    .describe('text: what stands for + in front of a number, and is taken away; empty: nothing'),
  poll: duration()
    .refine((ms) => ms >= 250 && ms <= 5_000, 'expected 250ms to 5s')
    .default(2_000)
    .describe('span: how often the versions of decks and set-up are looked at'),
  tenantPriority: place(priorities.tenant).describe(
    'number: place of the one who finds the tenant',
  ),
  ratePriority: place(priorities.rate).describe('number: place of the one who finds the sell rate'),
  routesPriority: place(priorities.routes).describe('number: place of the one who finds carriers'),
  limitsPriority: place(priorities.trunkLimits).describe(
    'number: on call.execute, place of breakers and limits of carriers',
  ),
});

/** The settings of `[wholesale]`, read. */
export type WholesaleConfig = z.output<typeof wholesaleConfig>;
