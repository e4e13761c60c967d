import { z } from '@tandem/engine';
import { isCountry } from '../numbers/country-finder.ts';
import { readRewriteRule } from '../rewrite/rewrite-rule.ts';
import { ORDER_MODES, type OrderMode } from '../setup/profile.ts';
import { windowItem } from '../setup/window-item.ts';
import { moneyItem, moneyOrAnyItem, nameItem, prefixItem, statusItem } from './item-values.ts';

const rule = z
  .string()
  .max(256)
  .superRefine((source, context) => {
    if (source === '') return;
    const read = readRewriteRule(source);
    if ('problem' in read) {
      context.addIssue({ code: 'custom', message: `${source}: ${read.problem}` });
    }
  })
  .default('');

/** An ISO 3166 country code. */
export const countryItem = z
  .string()
  .transform((code) => code.toUpperCase())
  .refine(isCountry, 'expected an ISO 3166 country code such as DE');

const pooled = z.string().regex(/^\+?[0-9*#]{1,32}$/, 'expected a number');

const routeItem = z.strictObject({
  trunk: nameItem,
  priority: z.int().min(0).max(1_000_000).default(0),
  weight: z.int().min(0).max(1_000_000).default(100),
  calledPrefix: prefixItem.default(''),
  callerPrefix: prefixItem.default(''),
  country: countryItem.nullable().default(null),
  callerCountry: countryItem.nullable().default(null),
  strip: z.int().min(0).max(32).default(0),
  prepend: z
    .string()
    .regex(/^\+?[0-9*#]{0,32}$/, 'expected digits')
    .default(''),
  rewriteCalled: rule,
  rewriteCaller: rule,
  callerPool: z.array(pooled).max(10_000).default([]),
  window: windowItem.nullable().default(null),
  isActive: z.boolean().default(true),
});

/** One profile of the list `profiles`. */
export const profileItem = z.strictObject({
  name: nameItem,
  order: z
    .enum(ORDER_MODES as readonly [OrderMode, ...OrderMode[]], `expected ${ORDER_MODES.join(', ')}`)
    .default('priority'),
  maxAttempts: z.int().min(1).max(20).default(3),
  failoverCodes: z.array(statusItem).max(100).nullable().default(null),
  minMargin: moneyItem.default('0.000000'),
  maxRate: moneyOrAnyItem.default(null),
  allowUnpriced: z.boolean().default(false),
  routes: z.array(routeItem).max(10_000).default([]),
});

/** A profile as it is to be. */
export type ProfileItem = z.output<typeof profileItem>;

/** A route as it is to be. */
export type RouteItem = ProfileItem['routes'][number];
