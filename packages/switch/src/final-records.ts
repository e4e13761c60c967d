import {
  type CallFacts,
  isFault,
  type SendOptions,
  type TimerOwner,
  type TimerWheel,
  WheelTimer,
} from '@tandem/engine';
import type { Bus, Log } from '@tandem/engine';
import type { CdrParams } from '@tandem/messages';
import type { Meters } from './meters.ts';

/** Whose fault makes a record be told again: handlers of this plugin keep the money's journal. */
const JOURNAL = 'ledger';
/** First pause, doubled up to the longest one. */
const PAUSE_FIRST_MS = 500;
const PAUSE_MAX_MS = 60_000;
/** With these pauses about two hours; beyond it the record is in the log alone. */
const REPEATS_MAX = 128;
/** Records that wait at the same time; beyond it the log alone has them. */
const OWED_MAX = 20_000;
/** Of these, such of calls that nobody answered: they never take the place of a paid one. */
const OWED_UNANSWERED_MAX = 5_000;

/**
 * Tells final records, again and again until the journal takes them: the fault of a money
 * journal must not lose a call's charge. A repeat carries `repeat`, so that other writers leave
 * it out; it is told outside the call's lane, for by then the call is over.
 */
export class FinalRecords {
  readonly #owed = new Set<Owed>();
  readonly #bus: Bus;
  readonly #wheel: TimerWheel;
  readonly #log: Log;
  readonly #meters: Meters;
  readonly #onSettled: () => void;
  /** Records that handlers are still hearing. */
  #running = 0;

  constructor(bus: Bus, wheel: TimerWheel, log: Log, meters: Meters, onSettled: () => void) {
    this.#bus = bus;
    this.#wheel = wheel;
    this.#log = log;
    this.#meters = meters;
    this.#onSettled = onSettled;
  }

  /** Records that no journal has taken yet. */
  get owed(): number {
    return this.#owed.size;
  }

  /** Whether every record told has been heard to its end, and none waits to be told again. */
  get isSettled(): boolean {
    return this.#running === 0 && this.#owed.size === 0;
  }

  /** Tells a finalize in its call's lane. Never throws. */
  tell(params: CdrParams, options: SendOptions): void {
    this.#send(new Owed(this, params, options.facts), options);
  }

  /** @internal The pause of a record is over. */
  again(owed: Owed): void {
    this.#meters.recordsRepeated++;
    this.#send(owed, { facts: owed.facts });
  }

  #send(owed: Owed, options: SendOptions): void {
    const { repeats } = owed;
    const params = repeats === 0 ? owed.params : { ...owed.params, repeat: repeats };
    this.#running++;
    try {
      const faults = this.#bus.tell('call.cdr', params, options);
      if (!(faults instanceof Promise)) this.#told(owed, faults);
      else {
        void faults.then(
          (later) => this.#told(owed, later),
          (fault: unknown) => this.#told(owed, [], fault),
        );
      }
    } catch (fault) {
      this.#told(owed, [], fault);
    }
  }

  /** `lost` is what kept the record from being told at all. */
  #told(owed: Owed, faults: readonly unknown[], lost?: unknown): void {
    this.#running--;
    const fault = lost ?? faults.find(isOfJournal);
    if (fault === undefined) this.#owed.delete(owed);
    else this.#failed(owed, fault);
    if (this.isSettled) this.#onSettled();
  }

  #failed(owed: Owed, fault: unknown): void {
    const isRoom = this.#owed.has(owed) || this.#owed.size < owed.placesMax;
    if (!isRoom || owed.repeats >= REPEATS_MAX) {
      this.#owed.delete(owed);
      this.#meters.recordsLost++;
      const { params, repeats } = owed;
      this.#log.error('no journal took a final record', { params, repeats, fault: String(fault) });
      return;
    }
    this.#owed.add(owed);
    const pauseMs = Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** Math.min(owed.repeats, 16));
    owed.repeats++;
    this.#wheel.start(owed.timer, pauseMs);
  }
}

/** One final record on its way into the journal. */
class Owed implements TimerOwner {
  readonly timer = new WheelTimer(this);
  repeats = 0;

  constructor(
    readonly records: FinalRecords,
    readonly params: CdrParams,
    readonly facts: CallFacts | undefined,
  ) {}

  /** How many records may be owed before this one is not kept any more. */
  get placesMax(): number {
    const { answeredAt, isLateAnswer } = this.params;
    return answeredAt === undefined && !isLateAnswer ? OWED_UNANSWERED_MAX : OWED_MAX;
  }

  onTimer(): void {
    this.records.again(this);
  }
}

function isOfJournal(fault: unknown): boolean {
  if (!isFault(fault)) return false;
  const { plugin, handler } = fault.details;
  return plugin === JOURNAL || (typeof handler === 'string' && /^ledger\b/.test(handler));
}
