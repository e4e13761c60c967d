import type { Micros } from '@tandem/messages';
import { type Price, priceOf, type Terms } from '@tandem/rating';
import type { Extension } from '../calls/extension.ts';
import type { Segment } from '../journal/segment.ts';
import type { LegNote, OpenCharge } from './open-charge.ts';

/** Changes of a hold that are kept with a call: an hour of slices of a minute. */
const SLICES_MAX = 64;

const FREE: Price = Object.freeze({ billedSeconds: 0, priceMicros: 0n });

/** A charge of a call that lives on this node, or whose record is not in the database yet. */
export class LiveCharge {
  /** Monotonic instant of the answer. */
  answeredMs: number | undefined = undefined;
  /** What its hold does not know of its leg; told with the answer. */
  note: LegNote | undefined = undefined;
  /** The answer stands on the hold. */
  isAnswerWritten = false;
  /** Where the answer is journaled. */
  answerSegment: Segment | undefined = undefined;
  /** Its end is on the disk. */
  isJournaled = false;
  /** Its price is counted among the call's costs. */
  isPriced = false;
  /** Its record is in the database. */
  isSettled = false;
  /** Its call has ended, or it was refused or given up. */
  isClosed = false;
  /** Its leg is there, and its records will come. */
  hasLeg = false;
  /** The database holds nothing for it; local counters hold a place. */
  isCountedHere = false;
  /** Which limit refused it, if one did. */
  refusedLimit: string | undefined = undefined;
  /** What it may spend that the database does not know of. */
  unseenMicros: Micros = 0n;
  /** What is held for it. */
  heldMicros: Micros = 0n;
  /** What was held in all, each time that it changed, `atMs` after the call began; the first ones. */
  readonly slices: { readonly atMs: number; readonly heldMicros: Micros }[] = [];
  /** Talk that is paid for, ms since the answer. */
  paidMs = Infinity;
  /** What asks for more talk before the paid time is over. */
  extension: Extension | undefined = undefined;
  /** Monotonic instant at which its leg began. */
  legStartedMs: number;
  #openText: string | undefined = undefined;

  constructor(
    readonly open: OpenCharge,
    readonly terms: Terms | undefined,
    /** The incoming leg: by its id the call is extended. */
    readonly legId: string,
    /** The monotonic instant of `open.startedAt`. */
    readonly startedMs: number,
  ) {
    this.legStartedMs = startedMs;
  }

  /** Notes what is held from now on (monotonic). */
  hold(heldMicros: Micros, nowMs: number): void {
    this.heldMicros = heldMicros;
    const atMs = Math.max(0, Math.round(nowMs - this.startedMs));
    if (this.slices.length < SLICES_MAX) this.slices.push({ atMs, heldMicros });
  }

  /** What so much talk costs, undefined for a call that was never answered; rounds once. */
  priceOf(talkMs: number | undefined): Price {
    return this.terms === undefined ? FREE : priceOf(this.terms, talkMs);
  }

  /** `open` as JSON: for the hold, and once more for the journal when the call is answered. */
  get openText(): string {
    return (this.#openText ??= JSON.stringify(this.open));
  }

  /** That text is needed no more: a call that talks does not keep it. */
  forgetOpenText(): void {
    this.#openText = undefined;
  }

  get id(): string {
    return this.open.charge;
  }
}
