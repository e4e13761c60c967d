import { type DatedTerms, type DeckBuilder, toMicros } from '@tandem/rating';
import { TermTexts } from './term-texts.ts';

/**
 * What of `rates` is copied, in this order. Instants are seconds since the epoch, which is what
 * Postgres gives at least cost; they are whole ms again here.
 */
export const RATE_COLUMNS = `prefix, caller_prefix, rate, first, next, connect_fee,
  date_part('epoch', effective_at), date_part('epoch', ends_at), is_blocked`;

const TAB = 0x09;

/** Reads the lines of a COPY of `rates` into a builder. */
export class RateLines {
  readonly #builder: DeckBuilder;
  readonly #terms = new TermTexts();
  #hasPartsOfMs = false;

  constructor(builder: DeckBuilder) {
    this.#builder = builder;
  }

  /**
   * Whether rates began within a millisecond: two of one prefix may then begin in the same one
   * here, and the later must come last.
   */
  get hasPartsOfMs(): boolean {
    return this.#hasPartsOfMs;
  }

  /** Takes one line, its end included. Throws as the builder does, or RangeError. */
  add(bytes: Buffer, from: number, to: number): void {
    // Digits, points and signs only: each byte is a character.
    const prefixEnd = tabFrom(bytes, from, to);
    const callerEnd = tabFrom(bytes, prefixEnd + 1, to);
    if (callerEnd >= to) {
      throw new RangeError(`no rate: ${JSON.stringify(latin1(bytes, from, to - 1))}`);
    }
    const terms = this.#terms.numberOf(bytes, callerEnd + 1, to - 1, () =>
      this.#read(latin1(bytes, from, prefixEnd), latin1(bytes, callerEnd + 1, to - 1)),
    );
    const callerPrefix = callerEnd === prefixEnd + 1 ? '' : latin1(bytes, prefixEnd + 1, callerEnd);
    this.#builder.addBytes(bytes, from, prefixEnd, callerPrefix, terms);
  }

  #read(prefix: string, text: string): number {
    const cells = text.split('\t');
    if (cells.length !== 7) throw new RangeError(`terms of ${cells.length} cells`);
    const [rate, first, next, connectFee, effectiveAt, endsAt, isBlocked] = cells;
    this.#hasPartsOfMs ||= /\.\d{4}/.test(effectiveAt!);
    const terms: DatedTerms = {
      rateMicrosPerMinute: toMicros(rate!),
      firstSeconds: Number(first),
      nextSeconds: Number(next),
      connectFeeMicros: toMicros(connectFee!),
      effectiveAt: instantOf(effectiveAt!),
      endsAt: endsAt === '\\N' ? null : instantOf(endsAt!),
      isBlocked: isBlocked === 't',
    };
    return this.#builder.priced({ prefix, ...terms });
  }
}

/** Where the next tab is, or `to`: a line is too short for asking the buffer. */
function tabFrom(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== TAB) at++;
  return at;
}

function latin1(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('latin1', from, to);
}

/** Seconds with a fraction as whole ms. */
function instantOf(seconds: string): number {
  return Math.round(Number(seconds) * 1_000);
}
