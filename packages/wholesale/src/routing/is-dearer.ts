import type { FrozenTerms } from '@tandem/messages';

/**
 * Whether a call by these terms could ever cost more than by those that its payer was admitted
 * with: by the minute, for the connection, by longer steps, or in another currency.
 */
export function isDearer(terms: FrozenTerms, admitted: FrozenTerms | undefined): boolean {
  if (admitted === undefined) return true;
  return (
    terms.currency !== admitted.currency ||
    terms.rateMicrosPerMinute > admitted.rateMicrosPerMinute ||
    terms.connectFeeMicros > admitted.connectFeeMicros ||
    terms.firstSeconds > admitted.firstSeconds ||
    terms.nextSeconds > admitted.nextSeconds
  );
}
