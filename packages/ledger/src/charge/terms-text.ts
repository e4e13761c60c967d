import { formatMicros, type FrozenTerms, parseMicros } from '@tandem/messages';
import { isRounding, type Terms, termsProblem } from '@tandem/rating';

/** Frozen terms as the hold, the journal and the CDR keep them: money as decimal text. */
export interface TermsText {
  readonly deck: string;
  readonly version: number;
  readonly prefix: string;
  readonly rate: string;
  readonly first: number;
  readonly next: number;
  readonly connectFee: string;
  readonly rounding: string;
}

/** Writes terms as text. */
export function writeTerms(terms: FrozenTerms): TermsText {
  return {
    deck: terms.deck,
    version: terms.version,
    prefix: terms.prefix,
    rate: formatMicros(terms.rateMicrosPerMinute),
    first: terms.firstSeconds,
    next: terms.nextSeconds,
    connectFee: formatMicros(terms.connectFeeMicros),
    rounding: terms.rounding,
  };
}

/** Reads terms for pricing; a RangeError for text that was not written by {@link writeTerms}. */
export function readTerms(text: TermsText): Terms {
  const rateMicrosPerMinute = parseMicros(text.rate);
  const connectFeeMicros = parseMicros(text.connectFee);
  const { rounding, first: firstSeconds, next: nextSeconds } = text;
  if (
    rateMicrosPerMinute === undefined ||
    connectFeeMicros === undefined ||
    !isRounding(rounding)
  ) {
    throw new RangeError(`these are no terms: ${JSON.stringify(text)}`);
  }
  const terms: Terms = {
    rateMicrosPerMinute,
    firstSeconds,
    nextSeconds,
    connectFeeMicros,
    rounding,
  };
  const problem = termsProblem(terms);
  if (problem !== undefined) throw new RangeError(problem);
  return terms;
}
