import { type TimerOwner, WheelTimer } from '@tandem/engine';

import type { ConnectionHost } from './connection-host.ts';
import type { SendWatcher } from './flow.ts';

/** A begun message must be whole after this: 64·T1, when its sender has given up anyway. */
const MESSAGE_DEADLINE_MS = 32_000;

/** What differs between the connections that we open and those that we accept. */
export interface ConnectionTerms {
  /** How long it may take to come up; default the stack's limit. */
  readonly connectTimeoutMs?: number | undefined;
  /** Whether we opened it: then signs of life go out on it, and are not all that may keep it. */
  readonly isOurs?: boolean;
  /** When its first message must have come; absent: never. */
  readonly firstMessageMs?: number | undefined;
}

/** What a connection's life decides over. */
export interface MortalConnection {
  /** Whether a message has begun to come and is not whole yet. */
  readonly hasPartialMessage: boolean;
  destroy(cause: Error): void;
}

/**
 * When a connection must end: not up in time, idle too long, or a message that never becomes
 * whole. Also keeps who wants to be told of its end.
 */
export class ConnectionLife implements TimerOwner {
  readonly #host: ConnectionHost;
  readonly #connection: MortalConnection;
  readonly #timer = new WheelTimer(this);
  #watchers: Set<SendWatcher> | undefined;
  #isUp = false;
  #activeAtMs: number;
  #wasPartial = false;
  #firstMessageMs: number;
  readonly #isOurs: boolean;
  #messageAtMs: number;
  #upAtMs = 0;

  constructor(host: ConnectionHost, connection: MortalConnection, terms: ConnectionTerms = {}) {
    this.#host = host;
    this.#connection = connection;
    this.#firstMessageMs = terms.firstMessageMs ?? Infinity;
    this.#isOurs = terms.isOurs === true;
    this.#activeAtMs = host.clock.monotonicMs();
    this.#messageAtMs = this.#activeAtMs;
    host.wheel.start(this.#timer, terms.connectTimeoutMs ?? host.limits.connectTimeoutMs);
  }

  /** The connection is established. */
  begin(): void {
    this.#isUp = true;
    this.touch();
    this.#upAtMs = this.#activeAtMs;
    this.#host.wheel.start(this.#timer, this.#patienceMs());
  }

  /** Something came. */
  touch(): void {
    this.#activeAtMs = this.#host.clock.monotonicMs();
    if (!this.#connection.hasPartialMessage) this.#wasPartial = false;
  }

  /** A whole message came: this is no connection made only to be held. */
  noteMessage(): void {
    this.#firstMessageMs = Infinity;
    this.#messageAtMs = this.#host.clock.monotonicMs();
  }

  watch(watcher: SendWatcher): void {
    (this.#watchers ??= new Set()).add(watcher);
  }

  unwatch(watcher: SendWatcher): void {
    this.#watchers?.delete(watcher);
  }

  /** The connection is gone: tells everyone who watches, once. */
  end(cause: Error): void {
    this.#host.wheel.stop(this.#timer);
    const watchers = this.#watchers;
    this.#watchers = undefined;
    for (const watcher of watchers ?? []) watcher.onSendFailed(cause);
  }

  /** @internal */
  onTimer(): void {
    if (!this.#isUp) {
      this.#connection.destroy(new Error('connection not established in time'));
      return;
    }
    const nowMs = this.#host.clock.monotonicMs();
    const idleMs = nowMs - this.#activeAtMs;
    const isPartial = this.#connection.hasPartialMessage;
    const { connectionIdleMs, connectionKeptMs } = this.#host.limits;
    if (idleMs >= connectionIdleMs) {
      this.#connection.destroy(new Error('connection idle'));
    } else if (this.#isOurs && nowMs - this.#messageAtMs >= connectionKeptMs) {
      this.#connection.destroy(new Error('connection of no use'));
    } else if (nowMs - this.#upAtMs >= this.#firstMessageMs) {
      this.#connection.destroy(new Error('no message came'));
    } else if (isPartial && this.#wasPartial) {
      this.#connection.destroy(new Error('message not completed in time'));
    } else {
      this.#wasPartial = isPartial;
      this.#host.wheel.start(this.#timer, this.#patienceMs());
    }
  }

  #patienceMs(): number {
    const { connectionIdleMs, connectionKeptMs } = this.#host.limits;
    const keptMs = this.#isOurs ? connectionKeptMs : Infinity;
    return Math.min(connectionIdleMs, keptMs, MESSAGE_DEADLINE_MS, this.#firstMessageMs);
  }
}
