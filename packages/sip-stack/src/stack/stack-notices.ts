import type { Clock } from '@tandem/engine';

import { ExpiringMap } from '../bounds/expiring-map.ts';
import type { NoticeHandler, NoticeKind } from '../transport/notice.ts';

/** How long a notice about one bound keeps others about it away. */
const BOUND_NOTICE_MS = 10_000;
const BOUNDS_MAX = 16;

/** What a stack says to its operator, and the wall between it and the code of its user. */
export class StackNotices {
  readonly #onNotice: NoticeHandler | undefined;
  readonly #boundsTold: ExpiringMap<true>;

  constructor(clock: Clock, onNotice: NoticeHandler | undefined) {
    this.#onNotice = onNotice;
    this.#boundsTold = new ExpiringMap(clock, BOUNDS_MAX);
  }

  give(kind: NoticeKind, message: string, cause?: unknown): void {
    this.#onNotice?.(cause === undefined ? { kind, message } : { kind, message, cause });
  }

  /** Tells of a bound that was reached, each once in a while: a flood must not flood the log too. */
  tellBound(what: string, consequence: string): void {
    if (this.#boundsTold.has(what)) return;
    this.#boundsTold.set(what, true, BOUND_NOTICE_MS);
    this.give('bound-reached', `too many ${what}: ${consequence}`);
  }

  /** See `StackCore.tell`. */
  guardCall(call: () => unknown, onFault?: () => void): void {
    const fail = (cause: unknown): void => {
      this.give('user-fault', 'a callback of the user of the stack failed', cause);
      onFault?.();
    };
    try {
      const running = call();
      if (running instanceof Promise) running.catch(fail);
    } catch (cause) {
      fail(cause);
    }
  }
}
