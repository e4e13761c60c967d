import type { Micros } from '@tandem/messages';
import type { CompiledWindow } from '../numbers/time-window.ts';
import type { RewriteRule } from '../rewrite/rewrite-rule.ts';
import type { RouteIndex } from './route-index.ts';
import type { Trunk } from './trunk.ts';

/** What candidates are ordered by: see {@link Profile}. */
export const ORDER_MODES = ['priority', 'prefix', 'cost', 'quality'] as const;

/** One of {@link ORDER_MODES}. */
export type OrderMode = (typeof ORDER_MODES)[number];

/** One way to a carrier, made ready for many questions. */
export interface TrunkRoute {
  readonly id: bigint;
  readonly trunk: Trunk;
  readonly isActive: boolean;
  /** Lower ones first. */
  readonly priority: number;
  readonly weight: number;
  readonly calledPrefix: string;
  readonly callerPrefix: string;
  /** ISO 3166 code; empty = any. */
  readonly country: string;
  readonly callerCountry: string;
  readonly window: CompiledWindow | undefined;
  /** Digits taken away in front, then text put there, then the rule. */
  readonly strip: number;
  readonly prepend: string;
  readonly rewriteCalled: RewriteRule | undefined;
  readonly rewriteCaller: RewriteRule | undefined;
  /** Callers taken in turn; they beat the rule. */
  readonly callerPool: readonly string[];
}

/**
 * How the calls of some tenants find their carriers. `priority`: by priority, then by weight;
 * `prefix`: longest prefix of a route first; `cost`: lowest buy rate first; `quality`: most calls
 * answered first.
 */
export interface Profile {
  readonly name: string;
  readonly version: number;
  /** Name and version, as facts show them. */
  readonly label: { readonly name: string; readonly version: number };
  readonly orderMode: OrderMode;
  readonly maxAttempts: number;
  readonly failoverCodes: readonly number[] | undefined;
  /** Sell rate less buy rate per minute, at least. */
  readonly minMarginMicros: Micros;
  /** Highest buy rate per minute; undefined = any. */
  readonly maxRateMicros: Micros | undefined;
  /** Carriers without a price may carry calls. */
  readonly isUnpricedAllowed: boolean;
  readonly routes: RouteIndex;
}
