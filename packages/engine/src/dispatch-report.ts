import type { Clock } from './clock.ts';
import type { DispatchHost } from './dispatch.ts';
import type { Log, LogFields } from './log.ts';
import type { Message } from './message.ts';
import type { HandlerEntry } from './pipeline.ts';
import type { Sampling } from './sampling.ts';
import type { TimerWheel } from './timer-wheel.ts';

/** What a message is about, for lines of the log: its call, say, which the engine knows nothing of. */
export type LogFieldsOf = (message: Message) => LogFields;

/** What becomes of faults, late changes and slow dispatches: a line in the log, and a count. */
export class DispatchReport implements DispatchHost {
  readonly #log: Log;
  readonly #sampling: Sampling;
  readonly #aboutOf: LogFieldsOf;
  #lateChanges = 0;

  constructor(
    readonly clock: Clock,
    readonly wheel: TimerWheel,
    log: Log,
    sampling: Sampling,
    aboutOf: LogFieldsOf = () => ({}),
  ) {
    this.#log = log;
    this.#sampling = sampling;
    this.#aboutOf = aboutOf;
  }

  /** Changes that came after their handler's deadline, since the start. */
  get lateChanges(): number {
    return this.#lateChanges;
  }

  onHandlerFault(
    entry: HandlerEntry,
    message: Message,
    fault: unknown,
    isQuarantined: boolean,
  ): void {
    const text = fault instanceof Error ? fault.message : String(fault);
    const fields = { ...this.#aboutOf(message), ...fieldsOf(entry), fault: text };
    this.#log.error('a handler failed', fields);
    if (!isQuarantined) return;
    const { faults, pauseMs } = entry.quarantine;
    this.#log.error('a handler is in quarantine', { ...fields, faults, pauseMs });
  }

  onHandlerRecovered(entry: HandlerEntry): void {
    this.#log.info('a handler has left quarantine', fieldsOf(entry));
  }

  onLateChange(entry: HandlerEntry): void {
    this.#lateChanges++;
    this.#log.warn('a change came after its deadline and was dropped', fieldsOf(entry));
  }

  onSlow(message: Message, durationMs: number): void {
    this.#sampling.slow(message.name);
    const about = this.#aboutOf(message);
    this.#log.warn('a dispatch was slow', { ...about, message: message.name, durationMs });
  }
}

function fieldsOf(entry: HandlerEntry): Readonly<Record<string, string>> {
  return { message: entry.message, handler: entry.label, plugin: entry.plugin };
}
