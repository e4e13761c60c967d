import { type TimerOwner, WheelTimer } from '@tandem/engine';
import type { Call } from './call.ts';
import { AUDIT_CHUNK, AUDIT_PERIOD_MS, CHUNK_PAUSE_MS } from './limits.ts';
import type { SwitchHost } from './switch-host.ts';

/**
 * Looks for dead calls every 30 s: those whose legs say that they are gone while the call does
 * not know it. Each finds its end by its own timers or events; what the audit finds, and counts,
 * was lost on the way. Runs only while there are calls, a bounded number of them in one go.
 */
export class Audit implements TimerOwner {
  readonly #host: SwitchHost;
  readonly #calls: ReadonlyMap<string, Call>;
  readonly #timer = new WheelTimer(this);
  #cursor: Iterator<Call> | undefined = undefined;

  constructor(host: SwitchHost, calls: ReadonlyMap<string, Call>) {
    this.#host = host;
    this.#calls = calls;
  }

  /** There are calls. */
  start(): void {
    if (!this.#timer.isRunning) this.#host.wheel.start(this.#timer, AUDIT_PERIOD_MS);
  }

  /** There are none. */
  stop(): void {
    this.#cursor = undefined;
    this.#host.wheel.stop(this.#timer);
  }

  onTimer(): void {
    this.#cursor ??= this.#calls.values();
    for (let count = 0; count < AUDIT_CHUNK; count++) {
      const next = this.#cursor.next();
      if (next.done === true) {
        this.#cursor = undefined;
        break;
      }
      if (hearSilent(next.value)) this.#found(next.value);
    }
    const isDone = this.#cursor === undefined;
    if (this.#calls.size === 0) this.stop();
    else this.#host.wheel.start(this.#timer, isDone ? AUDIT_PERIOD_MS : CHUNK_PAUSE_MS);
  }

  #found(call: Call): void {
    this.#host.meters.audited++;
    this.#host.log.warn('a dead call was found', { call: call.context.billid });
  }
}

/**
 * Takes legs at their word that are gone without having said so; true if one was. What ends by
 * that is billed up to now: a driver that knows better tells `gone` itself.
 */
function hearSilent(call: Call): boolean {
  const gone = { type: 'gone' } as const;
  let isFound = false;
  if (!call.caller.isGone && !call.isOver && call.caller.leg.state === 'gone') {
    isFound = true;
    call.hear(undefined, gone);
  }
  for (const branch of call.unfinished) {
    if (branch.record?.isGone !== false || branch.leg?.state !== 'gone') continue;
    isFound = true;
    call.hear(branch, gone);
  }
  return isFound;
}
