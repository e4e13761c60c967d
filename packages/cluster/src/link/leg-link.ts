import { type TimerOwner, type TimerWheel, WheelTimer } from '@tandem/engine';
import type { LegEvent, LinkFrame, LinkReport, LinkSide } from '@tandem/messages';
import { agedEvent } from './aged-event.ts';

/** An idle side acknowledges after this, ms; a busy one with its next event. */
const ACK_DELAY_MS = 50;
/** Waits before each repetition; after the last one the peer is dead for this leg. */
const REPEAT_AFTER_MS: readonly number[] = [500, 1_000, 2_000];
/** Events that may wait for an acknowledgement, and those that may wait for a gap to close. */
const UNACKED_MAX = 64;
const PARKED_MAX = 64;
const ACK_TIMER = 0;
const REPEAT_TIMER = 1;

/** Why a link cannot go on. */
export type LinkFailure = 'peer-silent' | 'too-many-events';

/** What a link needs of the table that holds it, and tells the leg that owns it. */
export interface LinkHost {
  readonly wheel: TimerWheel;
  readonly monotonicMs: () => number;
  /** Sends a frame to the other end; false: there is no connection now. */
  transmit(link: LegLink, frame: LinkFrame): boolean;
}

/** The owner of a link. */
export interface LinkOwner {
  onEvent(event: LegEvent): void;
  onFailure(failure: LinkFailure): void;
}

interface Unacked {
  readonly seq: number;
  readonly event: LegEvent;
  readonly sentMs: number;
}

/**
 * One end of a leg between two nodes: events in order, each exactly once.
 *
 *   seq counts what we send, ack tells how far the other's came without a gap.
 *   Repeats are dropped and acknowledged again; a gap is parked and asked for.
 *   What is not acknowledged is repeated at 0.5, 1 and 2 s while there is a connection,
 *   and waits while there is none.
 */
export class LegLink implements TimerOwner {
  readonly #host: LinkHost;
  readonly #ackTimer = new WheelTimer(this, ACK_TIMER);
  readonly #repeatTimer = new WheelTimer(this, REPEAT_TIMER);
  readonly #unacked: Unacked[] = [];
  readonly #parked = new Map<number, LegEvent>();
  #sent = 0;
  #received = 0;
  #repeats = 0;
  #isClosed = false;
  /** When the other end was last heard, monotonic ms. */
  heardMs: number;

  constructor(
    host: LinkHost,
    readonly key: string,
    /** The end that we hold. */
    readonly side: LinkSide,
    readonly node: string,
    /** Undefined until the other node has taken the call. */
    public boot: string | undefined,
    readonly owner: LinkOwner,
  ) {
    this.#host = host;
    this.heardMs = host.monotonicMs();
  }

  /** What we tell the other node of this link when we compare. */
  get report(): LinkReport {
    return { key: this.key, side: this.side, ack: this.#received };
  }

  /** Events not acknowledged yet. */
  get unacked(): number {
    return this.#unacked.length;
  }

  /** Sends an event, or keeps it for the next connection. */
  send(event: LegEvent): void {
    if (this.#isClosed) return;
    if (this.#unacked.length >= UNACKED_MAX) {
      this.owner.onFailure('too-many-events');
      return;
    }
    const unacked = { seq: ++this.#sent, event, sentMs: this.#host.monotonicMs() };
    this.#unacked.push(unacked);
    this.#transmit(unacked);
    if (!this.#repeatTimer.isRunning) this.#startRepeats();
  }

  /** Takes a frame from the other end. */
  receive(frame: LinkFrame): void {
    this.heardMs = this.#host.monotonicMs();
    this.#acknowledged(frame.ack);
    if (frame.resendFrom !== undefined) this.#resend(frame.resendFrom);
    if (frame.seq === undefined || frame.event === undefined) return;
    if (frame.seq <= this.#received) {
      this.#sendAck();
      return;
    }
    if (frame.seq > this.#received + 1) {
      this.#park(frame.seq, frame.event);
      return;
    }
    this.#take(frame.event);
    for (let next = this.#unpark(); next !== undefined; next = this.#unpark()) this.#take(next);
    if (!this.#isClosed && !this.#ackTimer.isRunning) {
      this.#host.wheel.start(this.#ackTimer, ACK_DELAY_MS);
    }
  }

  /** After a reconnection: the other end has ours up to `ack`; what is missing goes out again. */
  resume(ack: number): void {
    this.#acknowledged(ack);
    this.#repeats = 0;
    this.#resend(ack + 1);
    if (this.#unacked.length > 0) this.#startRepeats();
  }

  /** The leg is over for its owner: acknowledges what still comes, tells and repeats nothing. */
  close(): void {
    this.#isClosed = true;
    this.#parked.clear();
    if (this.#ackTimer.isRunning) this.#sendAck();
  }

  /** The link is forgotten. */
  stop(): void {
    this.#isClosed = true;
    this.#unacked.length = 0;
    this.#host.wheel.stop(this.#ackTimer);
    this.#host.wheel.stop(this.#repeatTimer);
  }

  onTimer(kind: number): void {
    if (kind === ACK_TIMER) this.#sendAck();
    else this.#repeat();
  }

  #take(event: LegEvent): void {
    this.#received++;
    if (!this.#isClosed) this.owner.onEvent(event);
  }

  #park(seq: number, event: LegEvent): void {
    if (this.#parked.size >= PARKED_MAX) return;
    this.#parked.set(seq, event);
    this.#host.transmit(this, { ...this.#bare(), resendFrom: this.#received + 1 });
  }

  #unpark(): LegEvent | undefined {
    const next = this.#received + 1;
    const event = this.#parked.get(next);
    if (event !== undefined) this.#parked.delete(next);
    return event;
  }

  #acknowledged(ack: number): void {
    const count = this.#unacked.findIndex(({ seq }) => seq > ack);
    const done = count < 0 ? this.#unacked.length : count;
    if (done === 0) return;
    this.#unacked.splice(0, done);
    this.#repeats = 0;
    if (this.#unacked.length === 0) this.#host.wheel.stop(this.#repeatTimer);
    else this.#startRepeats();
  }

  #repeat(): void {
    if (this.#unacked.length === 0) return;
    if (this.#repeats >= REPEAT_AFTER_MS.length) {
      if (!this.#isClosed) this.owner.onFailure('peer-silent');
      return;
    }
    const isConnected = this.#resend(0);
    // Without a connection nothing is held against the peer: the next sync goes on from here.
    if (isConnected) this.#startRepeats();
  }

  #startRepeats(): void {
    const waitMs = REPEAT_AFTER_MS[Math.min(this.#repeats, REPEAT_AFTER_MS.length - 1)]!;
    this.#repeats++;
    this.#host.wheel.start(this.#repeatTimer, waitMs);
  }

  #resend(from: number): boolean {
    let isConnected = true;
    for (const unacked of this.#unacked) {
      if (unacked.seq >= from) isConnected = this.#transmit(unacked) && isConnected;
    }
    return isConnected;
  }

  #transmit({ seq, event, sentMs }: Unacked): boolean {
    this.#host.wheel.stop(this.#ackTimer);
    const waitedMs = this.#host.monotonicMs() - sentMs;
    return this.#host.transmit(this, { ...this.#bare(), seq, event: agedEvent(event, waitedMs) });
  }

  #sendAck(): void {
    this.#host.wheel.stop(this.#ackTimer);
    this.#host.transmit(this, this.#bare());
  }

  #bare(): LinkFrame {
    const side: LinkSide = this.side === 'near' ? 'far' : 'near';
    return { key: this.key, side, ack: this.#received };
  }
}
