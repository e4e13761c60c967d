import type { DeckHeader } from './deck-header.ts';
import { type DeckTransfer, transferListOf } from './deck-transfer.ts';
import { NO_NODE, PrefixTable } from './prefix-table.ts';
import type { RateMatch } from './rate.ts';
import { ANY_CALLER, type RateListArrays } from './rate-lists.ts';
import { TermRecords } from './term-records.ts';

/** The parts of a compiled deck. */
export interface DeckParts extends RateListArrays {
  readonly header: DeckHeader;
  /** Rates that went in. */
  readonly rates: number;
  readonly called: PrefixTable;
  readonly callers: PrefixTable;
  readonly records: TermRecords;
}

/** No record: nothing on this node counts for this caller at this instant. */
const NO_RECORD = -1;

/**
 * A deck that is looked up without the database: immutable, in typed arrays, built by a
 * `DeckBuilder` in a worker thread and handed over whole, never half.
 */
export class CompiledDeck {
  readonly #parts: DeckParts;

  constructor(parts: DeckParts) {
    this.#parts = parts;
  }

  get header(): DeckHeader {
    return this.#parts.header;
  }

  /** Rates that went in, of whatever dates and callers. */
  get size(): number {
    return this.#parts.rates;
  }

  /** Memory of all columns. */
  get byteLength(): number {
    const { transfer } = this.toTransferable();
    return transfer.reduce((sum, buffer) => sum + buffer.byteLength, 0);
  }

  /**
   * The rate for a call at an instant (epoch ms), or `undefined` if the deck has none. Only rates
   * begun and not ended count; then the longest prefix of `called` wins, within it the longest
   * prefix of `caller`, then the latest begin. A prefix whose rates all begin later, have ended or
   * are for other callers is as if it were not there: the next shorter one serves. A blocked rate
   * wins like any other and says so. `called` is digits, `*` and `#`, at least one; anything else
   * has no rate. A caller of any other form meets the defaults. Never throws.
   */
  lookup(called: string, caller: string, at: number): RateMatch | undefined {
    if (called === '') return undefined;
    const { called: table, values } = this.#parts;
    // A deck whose buffers were moved finds nothing: its nodes are no numbers.
    for (let node = table.find(called); node >= 0; node = table.parentOf(node)) {
      const value = values[node]!;
      if (value < 0) {
        const match = this.#matchList(~value, called.slice(0, table.lengthOf(node)), caller, at);
        if (match !== undefined) return match;
      } else if (this.#parts.records.isLive(value, at)) {
        return this.#matchOf(called.slice(0, table.lengthOf(node)), '', value);
      }
    }
    return undefined;
  }

  /**
   * What to post to another thread, and the buffers to move with it. Once they are moved, this
   * deck can no longer be used here.
   */
  toTransferable(): { readonly message: DeckTransfer; readonly transfer: ArrayBuffer[] } {
    const { header, rates, called, callers, records, values, lists } = this.#parts;
    const message: DeckTransfer = {
      header,
      rates,
      called: called.arrays,
      callers: callers.arrays,
      records: records.arrays,
      values,
      lists,
    };
    return { message, transfer: transferListOf(message) };
  }

  /** The deck that another thread posted; costs nothing, whatever its size. */
  static fromTransferable(message: DeckTransfer): CompiledDeck {
    return new CompiledDeck({
      header: message.header,
      rates: message.rates,
      called: new PrefixTable(message.called),
      callers: new PrefixTable(message.callers),
      records: new TermRecords(message.records),
      values: message.values,
      lists: message.lists,
    });
  }

  #matchList(list: number, prefix: string, caller: string, at: number): RateMatch | undefined {
    const { callers, lists } = this.#parts;
    if (lists[list] === 0) return undefined;
    const found = callers.find(caller);
    let node = found === NO_NODE ? ANY_CALLER : found;
    for (; node >= 0; node = callers.parentOf(node)) {
      const record = this.#recordFor(list, node, at);
      if (record !== NO_RECORD) {
        return this.#matchOf(prefix, caller.slice(0, callers.lengthOf(node)), record);
      }
    }
    return undefined;
  }

  /** Finds the caller's entries by halving, for a list may hold thousands of origins. */
  #recordFor(list: number, callerNode: number, at: number): number {
    const { lists, records } = this.#parts;
    const count = lists[list]!;
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (lists[list + 1 + middle * 2]! < callerNode) low = middle + 1;
      else high = middle;
    }
    for (let entry = low; entry < count; entry++) {
      if (lists[list + 1 + entry * 2] !== callerNode) break;
      const record = lists[list + 2 + entry * 2]!;
      if (records.isLive(record, at)) return record;
    }
    return NO_RECORD;
  }

  #matchOf(prefix: string, callerPrefix: string, record: number): RateMatch {
    const { records, header } = this.#parts;
    return records.matchOf(record, prefix, callerPrefix, header.rounding);
  }
}
