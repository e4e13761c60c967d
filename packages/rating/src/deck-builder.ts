import { CompiledDeck } from './compiled-deck.ts';
import type { DeckHeader } from './deck-header.ts';
import { GrowingColumn } from './growing-column.ts';
import { PrefixColumns } from './prefix-columns.ts';
import { nodesOf, type PrefixNodes } from './prefix-nodes.ts';
import { orderOf } from './prefix-order.ts';
import { buildPrefixTable } from './prefix-table-build.ts';
import {
  type DatedTerms,
  datedTermsProblem,
  prefixesProblem,
  type Rate,
  type RatedPrefixes,
} from './rate.ts';
import { RateLists } from './rate-lists.ts';
import { TermIntern } from './term-intern.ts';

/** Rates that one deck may have: ten times what the largest known decks hold. */
export const DECK_RATES_MAX = 10_000_000;

/** More than any prefix has: so much of one that is unsound is looked at. */
const SHOWN_BYTES = 64;

/**
 * Takes the rates of one deck, in any order, and compiles them. Meant for a worker thread: it
 * keeps some 40 bytes a rate, and `build` runs without a pause (about a second for a million).
 */
export class DeckBuilder {
  readonly #header: DeckHeader;
  readonly #prefixes = new PrefixColumns();
  readonly #callers = new CallerPrefixes();
  readonly #callerOfRow = new GrowingColumn();
  readonly #terms = new TermIntern();
  readonly #termsOfRow = new GrowingColumn();

  constructor(header: DeckHeader) {
    this.#header = header;
  }

  /**
   * Adds one rate. Of several with the same prefixes and begin, the last that has not ended
   * counts. Throws a RangeError that names the prefix and what is wrong; nothing of that rate is kept, and
   * whoever loads the deck gives up and leaves the old version serving.
   */
  add(rate: Rate): void {
    this.addPriced(rate, this.priced(rate));
  }

  /**
   * The number of these dated terms, for `addPriced`: who reads a million rates asks once for each
   * of the few thousand terms among them. Throws as `add` does.
   */
  priced(terms: DatedTerms & Partial<RatedPrefixes>): number {
    const problem = datedTermsProblem(terms);
    if (problem !== undefined) throw new RangeError(placed(terms.prefix, problem));
    return this.#terms.numberOf(terms);
  }

  /** Adds one rate whose dated terms have that number. Throws as `add` does. */
  addPriced(prefixes: RatedPrefixes, priced: number): void {
    const problem = prefixesProblem(prefixes);
    if (problem !== undefined) throw new RangeError(placed(prefixes.prefix, problem));
    this.#checkRoom();
    this.#prefixes.add(prefixes.prefix);
    this.#callerOfRow.push(this.#callers.numberOf(prefixes.callerPrefix));
    this.#termsOfRow.push(priced);
  }

  /**
   * Adds one rate whose dated terms have that number and whose prefix is `bytes[from … to - 1]`,
   * one for each digit: who reads a million rates makes no text of each. Throws as `add` does.
   */
  addBytes(
    bytes: Uint8Array,
    from: number,
    to: number,
    callerPrefix: string,
    priced: number,
  ): void {
    this.#checkRoom();
    // The first time a caller prefix is seen; "" is known from the beginning.
    const caller = this.#callers.known(callerPrefix);
    if (caller === undefined || !this.#prefixes.addBytes(bytes, from, to)) {
      const prefix = String.fromCharCode(...bytes.subarray(from, Math.min(to, from + SHOWN_BYTES)));
      this.addPriced({ prefix, callerPrefix }, priced);
      return;
    }
    this.#callerOfRow.push(caller);
    this.#termsOfRow.push(priced);
  }

  #checkRoom(): void {
    if (this.#prefixes.length < DECK_RATES_MAX) return;
    throw new RangeError(`deck ${this.#header.name} has more than ${DECK_RATES_MAX} rates`);
  }

  /** Compiles what was added. The builder is of no use afterwards. */
  build(): CompiledDeck {
    const rows = this.#prefixes.toRows();
    const order = orderOf(rows);
    const nodes = nodesOf(rows, order);
    const callers = this.#callers.toNodes();
    const records = this.#terms.toRecords();
    const callerOfRow = this.#callerOfRow.toView();
    for (let row = 0; row < callerOfRow.length; row++) {
      callerOfRow[row] = callers.nodeOf[callerOfRow[row]!]!;
    }
    const rateRows = { callers: callerOfRow, terms: this.#termsOfRow.toView() };
    const count = nodes.lengths.length;
    const lists = new RateLists(records, order, rateRows, count);
    for (let node = 0; node < count; node++) {
      lists.add(nodes.firstRows[node]!, nodes.firstRows[node + 1]!);
    }
    return new CompiledDeck({
      header: this.#header,
      rates: this.#prefixes.length,
      called: buildPrefixTable(nodes),
      callers: buildPrefixTable(callers.nodes),
      records,
      ...lists.toArrays(),
    });
  }
}

function placed(prefix: string | undefined, problem: string): string {
  return prefix === undefined ? problem : `prefix ${JSON.stringify(prefix)}: ${problem}`;
}

/** Compiles a deck from rates at hand. Throws as {@link DeckBuilder.add} does. */
export function compileDeck(header: DeckHeader, rates: Iterable<Rate>): CompiledDeck {
  const builder = new DeckBuilder(header);
  for (const rate of rates) builder.add(rate);
  return builder.build();
}

/** Numbers the distinct caller prefixes; "" is always one, so every caller finds a node. */
class CallerPrefixes {
  readonly #columns = new PrefixColumns();
  readonly #numbers = new Map<string, number>();

  constructor() {
    this.numberOf('');
  }

  /** The number of a caller prefix that was seen before. */
  known(callerPrefix: string): number | undefined {
    return callerPrefix === '' ? 0 : this.#numbers.get(callerPrefix);
  }

  numberOf(callerPrefix: string): number {
    const known = this.#numbers.get(callerPrefix);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(callerPrefix, number);
    this.#columns.add(callerPrefix);
    return number;
  }

  /** The nodes of the caller table, and for each number its node. */
  toNodes(): { readonly nodes: PrefixNodes; readonly nodeOf: Uint32Array } {
    const rows = this.#columns.toRows();
    const order = orderOf(rows);
    const nodes = nodesOf(rows, order);
    const nodeOf = new Uint32Array(order.length);
    for (let node = 0; node < nodes.lengths.length; node++) {
      for (let at = nodes.firstRows[node]!; at < nodes.firstRows[node + 1]!; at++) {
        nodeOf[order[at]!] = node;
      }
    }
    return { nodes, nodeOf };
  }
}
