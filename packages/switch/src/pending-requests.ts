import { type TimerOwner, type TimerWheel, WheelTimer } from '@tandem/engine';
import type { InfoEvent, LegEvent, ModifyEvent, ReferEvent } from '@tandem/messages';
import type { LegRecord } from './leg-record.ts';
import { INFO_TIMEOUT_MS, MODIFY_TIMEOUT_MS, PENDING_MAX } from './limits.ts';

/** A request inside a call: the other leg owes it an answer. */
export type InnerRequest = ModifyEvent | InfoEvent | ReferEvent;

/** Requests of two legs to each other that wait for their answers, each within its time. */
export class PendingRequests {
  readonly #wheel: TimerWheel;
  readonly #waiting = new Map<string, Pending>();

  constructor(wheel: TimerWheel) {
    this.#wheel = wheel;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Notes a request; false, and answered 500, if it is a repeat or too many wait already. */
  begin(from: LegRecord, request: InnerRequest): boolean {
    const key = keyOf(from, request.type, idOf(request));
    if (this.#waiting.size >= PENDING_MAX || this.#waiting.has(key)) {
      answerRequest(from, request, 500, 'Server Internal Error');
      return false;
    }
    const pending = new Pending(this, key, from, request);
    this.#waiting.set(key, pending);
    const isInfo = request.type === 'info';
    this.#wheel.start(pending.timer, isInfo ? INFO_TIMEOUT_MS : MODIFY_TIMEOUT_MS);
    return true;
  }

  /** Whether the request of that leg still waits. */
  has(from: LegRecord, type: InnerRequest['type'], id: string): boolean {
    return this.#waiting.has(keyOf(from, type, id));
  }

  /** The request of that leg, which waits no more; undefined if it did not wait. */
  take(from: LegRecord, type: InnerRequest['type'], id: string): InnerRequest | undefined {
    const pending = this.#waiting.get(keyOf(from, type, id));
    if (pending !== undefined) this.#remove(pending);
    return pending?.request;
  }

  /** Nothing waits any more; with a status, those who asked are told. */
  clear(status?: number, phrase = ''): void {
    for (const pending of this.#waiting.values()) {
      this.#remove(pending);
      if (status !== undefined) answerRequest(pending.from, pending.request, status, phrase);
    }
  }

  /** @internal No answer came in time. */
  expired(pending: Pending): void {
    this.#waiting.delete(pending.key);
    answerRequest(pending.from, pending.request, 408, 'Request Timeout');
  }

  #remove(pending: Pending): void {
    this.#wheel.stop(pending.timer);
    this.#waiting.delete(pending.key);
  }
}

/** Answers the leg that asked, in place of the other one. */
export function answerRequest(
  from: LegRecord,
  request: InnerRequest,
  status: number,
  phrase: string,
): void {
  from.leg.send(answerTo(request, status, phrase));
}

class Pending implements TimerOwner {
  readonly timer = new WheelTimer(this);

  constructor(
    readonly requests: PendingRequests,
    readonly key: string,
    readonly from: LegRecord,
    readonly request: InnerRequest,
  ) {}

  onTimer(): void {
    this.requests.expired(this);
  }
}

function answerTo(request: InnerRequest, status: number, phrase: string): LegEvent {
  if (request.type === 'modify') {
    return { type: 'modified', modifyId: request.modifyId, status, phrase };
  }
  if (request.type === 'info') return { type: 'infoDone', infoId: request.infoId, status };
  return { type: 'notify', referId: request.referId, status, phrase, isFinal: true };
}

function idOf(request: InnerRequest): string {
  if (request.type === 'modify') return request.modifyId;
  return request.type === 'info' ? request.infoId : request.referId;
}

function keyOf(from: LegRecord, type: InnerRequest['type'], id: string): string {
  return `${from.leg.direction} ${type} ${id}`;
}
