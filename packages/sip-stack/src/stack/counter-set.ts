import type { StackCounters } from './stack-stats.ts';

/** Methods that get a counter of their own; others share one, or a scanner could make thousands. */
const COUNTED_METHODS: ReadonlySet<string> = new Set([
  'ACK',
  'BYE',
  'CANCEL',
  'INFO',
  'INVITE',
  'MESSAGE',
  'NOTIFY',
  'OPTIONS',
  'PRACK',
  'PUBLISH',
  'REFER',
  'REGISTER',
  'SUBSCRIBE',
  'UPDATE',
]);

const STATUS_CLASSES = ['', '1xx', '2xx', '3xx', '4xx', '5xx', '6xx'] as const;

/** The counters of one stack. */
export class CounterSet {
  readonly #received = new Map<string, number>();
  readonly #sent = new Map<string, number>();
  readonly #malformed = new Map<string, number>();
  readonly #dropped = new Map<string, number>();
  readonly #refused = new Map<string, number>();
  repeatsReceived = 0;
  repeatsSent = 0;
  keepAlives = 0;
  keepAlivesSent = 0;
  sendFailures = 0;
  connectionsOpened = 0;
  connectionsRefused = 0;

  countRequestReceived(method: string): void {
    raise(this.#received, methodKey(method));
  }

  countResponseReceived(status: number): void {
    raise(this.#received, statusKey(status));
  }

  countRequestSent(method: string): void {
    raise(this.#sent, methodKey(method));
  }

  countResponseSent(status: number): void {
    raise(this.#sent, statusKey(status));
  }

  countMalformed(kind: string): void {
    raise(this.#malformed, kind);
  }

  countDropped(reason: string): void {
    raise(this.#dropped, reason);
  }

  /** A request was refused without a transaction, for a reason of the stack's own. */
  countRefused(reason: string): void {
    raise(this.#refused, reason);
  }

  /** A copy of all of them. */
  read(): StackCounters {
    return {
      received: Object.fromEntries(this.#received),
      sent: Object.fromEntries(this.#sent),
      malformed: Object.fromEntries(this.#malformed),
      dropped: Object.fromEntries(this.#dropped),
      refused: Object.fromEntries(this.#refused),
      repeatsReceived: this.repeatsReceived,
      repeatsSent: this.repeatsSent,
      keepAlives: this.keepAlives,
      keepAlivesSent: this.keepAlivesSent,
      sendFailures: this.sendFailures,
      connectionsOpened: this.connectionsOpened,
      connectionsRefused: this.connectionsRefused,
    };
  }
}

function raise(counters: Map<string, number>, key: string): void {
  counters.set(key, (counters.get(key) ?? 0) + 1);
}

function methodKey(method: string): string {
  return COUNTED_METHODS.has(method) ? method : 'other';
}

function statusKey(status: number): string {
  return STATUS_CLASSES[Math.floor(status / 100)] ?? 'other';
}
