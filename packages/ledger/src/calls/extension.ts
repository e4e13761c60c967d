import { type TimerOwner, WheelTimer } from '@tandem/engine';
import { talkMsFor, worstPriceMicros } from '@tandem/rating';
import type { LiveCharge } from '../charge/live-charge.ts';
import type { LedgerParts } from '../ledger-parts.ts';
import { adoptCharge } from './adopt-charge.ts';
import { askQuietly } from './ask-quietly.ts';

const ASK = 0;
const WARN = 1;
/** Closer to the paid second nothing more is asked for. */
const LAST_ASK_MS = 500;

/**
 * Keeps an answered call paid. When half a slice is left the next one is asked for, as an absolute
 * amount; what is not granted is asked for again at half of what is left, for somebody may have
 * paid in. At the paid second the switch ends the call by itself (money rule R11).
 */
export class Extension implements TimerOwner {
  readonly #parts: LedgerParts;
  readonly #charge: LiveCharge;
  readonly #ask = new WheelTimer(this, ASK);
  readonly #warn = new WheelTimer(this, WARN);
  #hasWarned = false;
  #isOver = false;

  constructor(parts: LedgerParts, charge: LiveCharge) {
    this.#parts = parts;
    this.#charge = charge;
  }

  /** The call was answered. */
  start(): void {
    this.#schedule(this.#leftMs - this.#parts.config.slice / 2);
  }

  /** The call has ended. */
  stop(): void {
    this.#isOver = true;
    this.#parts.wheel.stop(this.#ask);
    this.#parts.wheel.stop(this.#warn);
  }

  onTimer(kind: number): void {
    if (kind === ASK) void this.#extend();
    else this.#tellExpiring();
  }

  get #leftMs(): number {
    const talkedMs = this.#parts.clock.monotonicMs() - (this.#charge.answeredMs ?? 0);
    return this.#charge.paidMs - talkedMs;
  }

  #schedule(askInMs: number): void {
    if (this.#isOver || this.#charge.paidMs === Infinity) return;
    const { wheel, config } = this.#parts;
    const leftMs = this.#leftMs;
    if (leftMs > LAST_ASK_MS) wheel.start(this.#ask, Math.max(0, askInMs));
    if (!this.#hasWarned && leftMs > 0) {
      wheel.start(this.#warn, Math.max(0, leftMs - config.warnBefore));
    }
  }

  async #extend(): Promise<void> {
    const { holds, config } = this.#parts;
    const { open, terms } = this.#charge;
    if (this.#isOver || terms === undefined || open.tenantId === null) return;
    const target = worstPriceMicros(terms, this.#charge.paidMs + config.slice);
    if (this.#charge.isCountedHere && !(await adoptCharge(this.#parts, this.#charge, target))) {
      if (!this.#isOver) this.#extendUnseen(target - this.#charge.heldMicros);
      return;
    }
    if (this.#isOver) return;
    try {
      const { charge } = open;
      const { tenantId } = open;
      const answer = await holds.extend({ charge, tenantId, targetMicros: target });
      if (this.#isOver) return;
      if (answer.outcome === 'gone' || answer.outcome === 'dead') return this.#end();
      if (answer.outcome === 'held') this.#paid(answer.amountMicros);
      const isWhole = answer.amountMicros >= target;
      this.#schedule(this.#leftMs - (isWhole ? config.slice / 2 : this.#leftMs / 2));
    } catch (fault) {
      if (this.#isOver) return;
      this.#parts.log.debug('no extension', { charge: open.charge, fault: String(fault) });
      this.#extendUnseen(target - this.#charge.heldMicros);
    }
  }

  /** The database does not answer: who may spend unseen goes on, others try again. */
  #extendUnseen(moreMicros: bigint): void {
    const { policies, config } = this.#parts;
    const { open, paidMs, heldMicros } = this.#charge;
    if (policies.spendUnseen(open.tenantId ?? '', moreMicros)) {
      this.#charge.unseenMicros += moreMicros;
      this.#charge.hold(heldMicros + moreMicros, this.#parts.clock.monotonicMs());
      this.#setPaid(paidMs + config.slice);
      this.#schedule(this.#leftMs - config.slice / 2);
    } else this.#schedule(this.#leftMs / 2);
  }

  #paid(amountMicros: bigint): void {
    const { terms } = this.#charge;
    if (terms === undefined || amountMicros <= this.#charge.heldMicros) return;
    this.#charge.hold(amountMicros, this.#parts.clock.monotonicMs());
    this.#setPaid(talkMsFor(amountMicros, terms));
  }

  #setPaid(paidMs: number): void {
    if (paidMs <= this.#charge.paidMs) return;
    this.#charge.paidMs = paidMs;
    this.#hasWarned = false;
    const { legId: id } = this.#charge;
    askQuietly(this.#parts, 'call.extend', { id, talkMsMax: paidMs });
  }

  #tellExpiring(): void {
    if (this.#isOver || this.#hasWarned) return;
    this.#hasWarned = true;
    const { open, legId: id } = this.#charge;
    const leftMs = Math.max(0, Math.round(this.#leftMs));
    void this.#parts.bus.tell('call.expiring', {
      id,
      billid: open.callId,
      tenant: open.tenant ?? '',
      leftMs,
    });
  }

  /** Somebody has closed the call: it must not go on unpaid. */
  #end(): void {
    this.stop();
    const { callId: id } = this.#charge.open;
    askQuietly(this.#parts, 'call.drop', { id, reason: 'noresource', by: 'engine' });
  }
}
