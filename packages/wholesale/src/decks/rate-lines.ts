import { type DeckBuilder, type Rate, toMicros } from '@tandem/rating';

/** What of `rates` is copied, in this order. */
export const RATE_COLUMNS = `prefix, caller_prefix, rate, first, next, connect_fee,
  (extract(epoch from effective_at) * 1000)::bigint, (extract(epoch from ends_at) * 1000)::bigint,
  is_blocked`;

/** Amounts read before, by their text: a deck has a million rates and some thousand amounts. */
const AMOUNTS_MAX = 100_000;

/** Reads the lines of a COPY of `rates` into a builder. Throws as it does, or RangeError. */
export class RateLines {
  readonly #builder: DeckBuilder;
  readonly #amounts = new Map<string, bigint>();
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
      this.#builder.add(this.#rateOf(text.slice(start, end)));
      start = end + 1;
    }
    this.#rest = text.slice(start);
  }

  #rateOf(line: string): Rate {
    const cells = line.split('\t');
    if (cells.length !== 9) throw new RangeError(`a line of ${cells.length} cells`);
    return {
      prefix: cells[0]!,
      callerPrefix: cells[1]!,
      rateMicrosPerMinute: this.#amount(cells[2]!),
      firstSeconds: Number(cells[3]),
      nextSeconds: Number(cells[4]),
      connectFeeMicros: this.#amount(cells[5]!),
      effectiveAt: Number(cells[6]),
      endsAt: cells[7] === '\\N' ? null : Number(cells[7]),
      isBlocked: cells[8] === 't',
    };
  }

  #amount(text: string): bigint {
    const known = this.#amounts.get(text);
    if (known !== undefined) return known;
    const amount = toMicros(text);
    if (this.#amounts.size >= AMOUNTS_MAX) this.#amounts.clear();
    this.#amounts.set(text, amount);
    return amount;
  }
}
