import type { FrozenTerms } from '@tandem/messages';
import type { DeckHeader, RateMatch } from '@tandem/rating';

/** The terms of a match, with the deck they are from: what hold, journal and CDR keep. */
export function freezeTerms(header: DeckHeader, match: RateMatch): FrozenTerms {
  return Object.freeze({
    deck: header.name,
    version: header.version,
    prefix: match.prefix,
    rateMicrosPerMinute: match.rateMicrosPerMinute,
    firstSeconds: match.firstSeconds,
    nextSeconds: match.nextSeconds,
    connectFeeMicros: match.connectFeeMicros,
    currency: header.currency,
    rounding: match.rounding,
  });
}
