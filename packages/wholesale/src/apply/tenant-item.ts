import { z } from '@tandem/engine';
import {
  callsItem,
  callsPerSecondItem,
  currencyItem,
  moneyItem,
  moneyOrAnyItem,
  nameItem,
} from './item-values.ts';
import { countryItem } from './profile-item.ts';

/**
 * One tenant of the list `tenants`. Its balance is not here: it moves by recharge and charge
 * only. Countries must be given, `any` on purpose: a guard against toll fraud.
 */
export const tenantItem = z.strictObject({
  name: nameItem,
  currency: currencyItem,
  creditLimit: moneyItem.default('0.000000'),
  deck: nameItem.nullable().default(null),
  profile: nameItem.nullable().default(null),
  trunks: z.array(nameItem).max(10_000).default([]),
  users: z.array(z.string().min(1).max(128)).max(100_000).default([]),
  countries: z.union(
    [z.literal('any').transform(() => null), z.array(countryItem).max(300)],
    'expected a list of ISO 3166 country codes such as [DE, FR], or any',
  ),
  maxRate: moneyOrAnyItem.default('1.000000'),
  maxCalls: callsItem,
  maxCallsPerSecond: callsPerSecondItem,
  isActive: z.boolean().default(true),
});

/** A tenant as it is to be. */
export type TenantItem = z.output<typeof tenantItem>;
