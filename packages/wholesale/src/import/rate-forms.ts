import { formatMicros } from '@tandem/messages';
import { type Rate, toMicros } from '@tandem/rating';
import type { RateItem } from '../apply/deck-item.ts';

/** A stored rate as sheets are compared with it. */
export function rateOfItem(item: RateItem): Rate {
  return {
    prefix: item.prefix,
    callerPrefix: item.callerPrefix,
    rateMicrosPerMinute: toMicros(item.rate),
    firstSeconds: item.first,
    nextSeconds: item.next,
    connectFeeMicros: toMicros(item.connectFee),
    effectiveAt: item.effectiveAt,
    endsAt: item.endsAt,
    isBlocked: item.isBlocked,
  };
}

/** A rate of a sheet as it is stored. */
export function itemOfRate(rate: Rate): RateItem {
  return {
    prefix: rate.prefix,
    callerPrefix: rate.callerPrefix,
    rate: formatMicros(rate.rateMicrosPerMinute),
    first: rate.firstSeconds,
    next: rate.nextSeconds,
    connectFee: formatMicros(rate.connectFeeMicros),
    effectiveAt: rate.effectiveAt,
    endsAt: rate.endsAt,
    isBlocked: rate.isBlocked,
  };
}
