import { type DatedTerms, type DeckBuilder, toMicros } from '@tandem/rating';

/**
 * What of `rates` is copied, in this order. Instants are seconds since the epoch, which is what
 * Postgres gives at least cost; they are whole ms again here.
 */
export const RATE_COLUMNS = `prefix, caller_prefix, rate, first, next, connect_fee,
  date_part('epoch', effective_at), date_part('epoch', ends_at), is_blocked`;

/** Terms read before, by their text: a deck has a million rates and some thousand terms. */
const TERMS_MAX = 100_000;

/** Reads the lines of a COPY of `rates` into a builder. Throws as it does, or RangeError. */
export class RateLines {
  readonly #builder: DeckBuilder;
  readonly #terms = new Map<string, number>();
  #rest = '';

  constructor(builder: DeckBuilder) {
    this.#builder = builder;
  }

  /** Takes a chunk; it may end within a line. */
  add(chunk: Buffer): void {
    // Digits, points and signs only: each byte is a character.
    const text = this.#rest + chunk.toString('latin1');
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#addLine(text, start, end);
      start = end + 1;
    }
    this.#rest = text.slice(start);
  }

  #addLine(text: string, start: number, end: number): void {
    const prefixEnd = text.indexOf('\t', start);
    const callerEnd = text.indexOf('\t', prefixEnd + 1);
    if (prefixEnd < 0 || callerEnd < 0 || callerEnd >= end) {
      throw new RangeError(`no rate: ${JSON.stringify(text.slice(start, end))}`);
    }
    const prefixes = {
      prefix: text.slice(start, prefixEnd),
      callerPrefix: text.slice(prefixEnd + 1, callerEnd),
    };
    const terms = this.#termsOf(prefixes.prefix, text.slice(callerEnd + 1, end));
    this.#builder.addPriced(prefixes, terms);
  }

  #termsOf(prefix: string, text: string): number {
    const known = this.#terms.get(text);
    if (known !== undefined) return known;
    const terms = this.#builder.priced({ prefix, ...readTerms(text) });
    if (this.#terms.size >= TERMS_MAX) this.#terms.clear();
    // A copy: a part of a text would keep the whole chunk in memory.
    this.#terms.set(Buffer.from(text, 'latin1').toString('latin1'), terms);
    return terms;
  }
}

function readTerms(text: string): DatedTerms {
  const cells = text.split('\t');
  if (cells.length !== 7) throw new RangeError(`terms of ${cells.length} cells`);
  const [rate, first, next, connectFee, effectiveAt, endsAt, isBlocked] = cells;
  return {
    rateMicrosPerMinute: toMicros(rate!),
    firstSeconds: Number(first),
    nextSeconds: Number(next),
    connectFeeMicros: toMicros(connectFee!),
    effectiveAt: instantOf(effectiveAt!),
    endsAt: endsAt === '\\N' ? null : instantOf(endsAt!),
    isBlocked: isBlocked === 't',
  };
}

/** Seconds with a fraction as whole ms. */
function instantOf(seconds: string): number {
  return Math.round(Number(seconds) * 1_000);
}
