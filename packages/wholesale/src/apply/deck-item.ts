import { z } from '@tandem/engine';
import { INCREMENT_SECONDS_MAX, ROUNDINGS, type Rounding } from '@tandem/rating';
import { currencyItem, instantItem, moneyItem, nameItem, prefixItem } from './item-values.ts';

const seconds = (least: number) => z.int().min(least).max(INCREMENT_SECONDS_MAX);

const rateItem = z
  .strictObject({
    prefix: prefixItem,
    callerPrefix: prefixItem.default(''),
    rate: moneyItem.default('0.000000'),
    first: seconds(0).default(60),
    next: seconds(1).default(60),
    connectFee: moneyItem.default('0.000000'),
    effectiveAt: instantItem.default(0),
    endsAt: instantItem.nullable().default(null),
    isBlocked: z.boolean().default(false),
  })
  .superRefine((rate, context) => {
    if (rate.endsAt !== null && rate.endsAt <= rate.effectiveAt) {
      const message = 'the rate ends before it begins';
      context.addIssue({ code: 'custom', path: ['endsAt'], message });
    }
  });

/** One deck of the list `decks`. */
export const deckItem = z.strictObject({
  name: nameItem,
  kind: z.enum(['sell', 'buy'], 'expected sell or buy'),
  currency: currencyItem,
  rounding: z
    .enum(ROUNDINGS as readonly [Rounding, ...Rounding[]], `expected ${ROUNDINGS.join(', ')}`)
    .default('halfUp'),
  // Not given: as they are, for an import may have brought them.
  rates: z.array(rateItem).max(1_000_000).optional(),
});

/** A deck as it is to be. */
export type DeckItem = z.output<typeof deckItem>;

/** A rate as it is to be: money with six digits, instants in epoch ms. */
export type RateItem = z.output<typeof rateItem>;
