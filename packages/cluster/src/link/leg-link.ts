import { type TimerOwner, type TimerWheel, WheelTimer } from '@tandem/engine';
import type { LegEvent, LinkFrame, LinkReport, LinkSide } from '@tandem/messages';
import { agedEvent } from './aged-event.ts';

/** An idle side acknowledges after this, ms; a busy one with its next event. */
const ACK_DELAY_MS = 50;
/** Waits before each repetition, ms. */
const REPEAT_AFTER_MS: readonly number[] = [500, 1_000, 2_000];
/** After the last repetition the peer has this long, ms; then it is dead for this leg. */
const VERDICT_AFTER_MS = 500;
/** Events that may wait for an acknowledgement, and those that may wait for a gap to close. */
const UNACKED_MAX = 64;
const PARKED_MAX = 64;
/** What an event takes beside its body, bytes, about. */
const EVENT_BYTES = 256;
const ACK_TIMER = 0;
const REPEAT_TIMER = 1;

/** Why a link cannot go on. */
export type LinkFailure = 'peer-silent' | 'too-many-events';

/** What a link needs of the table that holds it. */
export interface LinkHost {
  readonly wheel: TimerWheel;
  readonly monotonicMs: () => number;
  /** Sends a frame to the other end; nothing happens while there is no connection. */
  transmit(link: LegLink, frame: LinkFrame): void;
  /** So many events and bytes more (or less) wait for acknowledgement by that node. */
  onBacklog(node: string, events: number, bytes: number): void;
}

/** The leg at this end of a link. */
export interface LinkOwner {
  /** The id of the leg. */
  readonly id: string;
  onEvent(event: LegEvent): void;
  onFailure(failure: LinkFailure): void;
  /** The other end is lost, and this one ends. */
  lose(why: string, silentMs?: number): void;
  /** The other end cannot be reached, through no fault of it: begins to be patient. */
  beginPatience(): void;
  /** The two ends have found each other again. */
  endPatience(): void;
}

interface Unacked {
  readonly seq: number;
  readonly event: LegEvent;
  readonly sentMs: number;
}

/**
 * One end of a leg between two nodes: events in order, each exactly once.
 *
 *          send                              receive
 *   open ──────> unacked ─ ack ─> forgotten    in order ──> owner, ack within 50 ms
 *     │             │ 0.5, 1, 2 s: again       before    ──> dropped, acked at once
 *     │             └ 4 s: peer-silent         beyond    ──> parked, the gap is asked for
 *     │
 *     ├─ suspend (our connection is lost) ─> waits, judges nobody ─ resume ─> open
 *     └─ close (the leg is over) ─> acknowledges and repeats on, hears nothing ─ stop ─> forgotten
 */
export class LegLink implements TimerOwner {
  readonly #host: LinkHost;
  readonly #ackTimer = new WheelTimer(this, ACK_TIMER);
  readonly #repeatTimer = new WheelTimer(this, REPEAT_TIMER);
  readonly #unacked: Unacked[] = [];
  #parked: Map<number, LegEvent> | undefined = undefined;
  #owner: LinkOwner | undefined;
  /** Seq of the last event sent, of the last one received without a gap, and the last ack told. */
  #sent = 0;
  #received = 0;
  #told = 0;
  /** The gap that was asked for begins with this. */
  #asked = 0;
  #repeats = 0;
  #isSuspended = false;
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
    owner: LinkOwner,
  ) {
    this.#host = host;
    this.#owner = owner;
    this.heardMs = host.monotonicMs();
  }

  /** The leg at this end; undefined once it is over. */
  get owner(): LinkOwner | undefined {
    return this.#owner;
  }

  /** What we tell the other node of this link when we compare. */
  get report(): LinkReport {
    return { key: this.key, side: this.side, ack: this.#received };
  }

  /** Events not acknowledged yet. */
  get unacked(): number {
    return this.#unacked.length;
  }

  /** It has to be compared with the other end before anybody is judged. */
  get isSuspended(): boolean {
    return this.#isSuspended;
  }

  /** Whether anything of the other end's was ever heard. */
  get hasHeard(): boolean {
    return this.#received > 0;
  }

  /** Sends an event, or keeps it until the ends have found each other again. */
  send(event: LegEvent): void {
    if (this.#owner === undefined) return;
    if (this.#unacked.length >= UNACKED_MAX && !isLastWord(event)) {
      this.#owner.onFailure('too-many-events');
      return;
    }
    const unacked = { seq: ++this.#sent, event, sentMs: this.#host.monotonicMs() };
    this.#unacked.push(unacked);
    this.#host.onBacklog(this.node, 1, bytesOf(event));
    this.#transmit(unacked);
    if (!this.#repeatTimer.isRunning) this.#awaitAck();
  }

  /** Takes a frame from the other end. */
  receive(frame: LinkFrame): void {
    this.heardMs = this.#host.monotonicMs();
    this.#acknowledged(frame.ack);
    if (frame.resendFrom !== undefined) this.#resend(frame.resendFrom);
    const { seq, event } = frame;
    if (seq === undefined || event === undefined) return;
    if (seq <= this.#received) this.#sendAck();
    else if (seq > this.#received + 1) this.#park(seq, event);
    else {
      this.#take(event);
      for (let next = this.#unpark(); next !== undefined; next = this.#unpark()) this.#take(next);
      this.#oweAck();
    }
  }

  /** Our connection is lost: nothing is repeated, and nobody is judged by what he does not say. */
  suspend(): void {
    this.#isSuspended = true;
    this.#host.wheel.stop(this.#repeatTimer);
    this.#host.wheel.stop(this.#ackTimer);
  }

  /** The ends have compared: the other one has ours up to `ack`, the rest goes out again. */
  resume(ack: number): void {
    this.#isSuspended = false;
    this.#repeats = 0;
    this.#acknowledged(ack);
    this.#resend(ack + 1);
    this.#awaitAck();
  }

  /** The leg is over: what still comes is acknowledged, what was said is still repeated. */
  close(): void {
    this.#owner = undefined;
    this.#parked = undefined;
    if (this.#told < this.#received) this.#sendAck();
  }

  /** The link is forgotten. */
  stop(): void {
    this.close();
    this.#forget(this.#unacked.length);
    this.#host.wheel.stop(this.#ackTimer);
    this.#host.wheel.stop(this.#repeatTimer);
  }

  onTimer(kind: number): void {
    if (kind === ACK_TIMER) this.#sendAck();
    else this.#repeat();
  }

  #take(event: LegEvent): void {
    this.#received++;
    this.#owner?.onEvent(event);
  }

  /** A gap is asked for once; if that is lost, the other end repeats by itself. */
  #park(seq: number, event: LegEvent): void {
    if (this.#owner === undefined) return;
    const parked = (this.#parked ??= new Map());
    const isBeyond = seq > this.#received + PARKED_MAX;
    if (!isBeyond) parked.set(seq, event);
    if (this.#asked === this.#received + 1) return;
    this.#asked = this.#received + 1;
    this.#host.transmit(this, { ...this.#bare(), resendFrom: this.#asked });
  }

  #unpark(): LegEvent | undefined {
    const next = this.#received + 1;
    const event = this.#parked?.get(next);
    if (event !== undefined) this.#parked?.delete(next);
    return event;
  }

  #acknowledged(ack: number): void {
    const count = this.#unacked.findIndex(({ seq }) => seq > ack);
    const done = count < 0 ? this.#unacked.length : count;
    if (done === 0) return;
    this.#forget(done);
    this.#repeats = 0;
    this.#awaitAck();
  }

  #forget(count: number): void {
    let bytes = 0;
    for (const { event } of this.#unacked.splice(0, count)) bytes += bytesOf(event);
    if (count > 0) this.#host.onBacklog(this.node, -count, -bytes);
  }

  #repeat(): void {
    if (this.#repeats < REPEAT_AFTER_MS.length) {
      this.#repeats++;
      this.#resend(0);
      this.#awaitAck();
    } else this.#owner?.onFailure('peer-silent');
  }

  #awaitAck(): void {
    const { wheel } = this.#host;
    if (this.#unacked.length === 0) wheel.stop(this.#repeatTimer);
    else if (!this.#isSuspended) {
      wheel.start(this.#repeatTimer, REPEAT_AFTER_MS[this.#repeats] ?? VERDICT_AFTER_MS);
    }
  }

  #resend(from: number): void {
    for (const unacked of this.#unacked) if (unacked.seq >= from) this.#transmit(unacked);
  }

  #transmit({ seq, event, sentMs }: Unacked): void {
    const waitedMs = this.#host.monotonicMs() - sentMs;
    this.#host.transmit(this, { ...this.#bare(), seq, event: agedEvent(event, waitedMs) });
  }

  #oweAck(): void {
    if (this.#told >= this.#received) return;
    if (this.#owner === undefined) this.#sendAck();
    else if (!this.#ackTimer.isRunning) this.#host.wheel.start(this.#ackTimer, ACK_DELAY_MS);
  }

  #sendAck(): void {
    this.#host.transmit(this, this.#bare());
  }

  /** Whatever goes out carries the acknowledgement. */
  #bare(): LinkFrame {
    this.#host.wheel.stop(this.#ackTimer);
    this.#told = this.#received;
    const side: LinkSide = this.side === 'near' ? 'far' : 'near';
    return { key: this.key, side, ack: this.#received };
  }
}

/** What ends a leg must find its way, however much waits before it. */
function isLastWord({ type }: LegEvent): boolean {
  return type === 'hangup' || type === 'failed' || type === 'gone';
}

function bytesOf(event: LegEvent): number {
  const body = 'body' in event ? event.body : undefined;
  return EVENT_BYTES + (body?.content.length ?? 0);
}
