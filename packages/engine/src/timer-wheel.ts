import type { Clock, StopTimer } from './clock.ts';

/*
 * Three rings of slots. An entry lies in the ring that still tells its tick apart; when a ring
 * comes round, the next slot of the ring above is dealt out into it.
 *
 *   ring 0: 256 slots of 1 tick      (16 ms a tick: 4 s)
 *   ring 1: 256 slots of 256 ticks   (17 min)
 *   ring 2: 256 slots of 65,536      (74 h; beyond it, entries are dealt again)
 */
const SLOTS = 256;
const MASK = SLOTS - 1;
const RINGS = 3;
/** The wheel's resolution: far below T1 (500 ms), coarse enough to cost nothing. */
const TICK_MS = 16;

/** What owns wheel timers; `kind` tells several timers of one owner apart. */
export interface TimerOwner {
  onTimer(kind: number): void;
}

/**
 * One timer as a field of its owner: no closure and no allocation at each start.
 * Started and stopped through a {@link TimerWheel}; starting it again moves it.
 */
export class WheelTimer {
  /** @internal Links of the slot's ring; `undefined` while not running. */
  next: WheelTimer | undefined = undefined;
  /** @internal */
  previous: WheelTimer | undefined = undefined;
  /** @internal */
  dueTick = 0;

  constructor(
    /** @internal */
    readonly owner: TimerOwner | undefined,
    /** @internal */
    readonly kind: number = 0,
  ) {}

  /** Whether it is started and has neither fired nor been stopped. */
  get isRunning(): boolean {
    return this.next !== undefined;
  }
}

/**
 * Hashed hierarchical timer wheel: starting and stopping are O(1), one clock timer serves all,
 * and that one sleeps while the wheel is empty. Resolution 16 ms, never early.
 * A fault in an owner's `onTimer` is handed to `onFault` and stops no other timer.
 */
export class TimerWheel {
  readonly #clock: Clock;
  readonly #onFault: (fault: unknown) => void;
  readonly #rings: WheelTimer[][];
  readonly #originMs: number;
  #tick = 0;
  #count = 0;
  #stopClock: StopTimer | undefined;
  #isTurning = false;

  constructor(clock: Clock, onFault: (fault: unknown) => void = rethrowLater) {
    this.#clock = clock;
    this.#onFault = onFault;
    this.#originMs = clock.monotonicMs();
    this.#rings = Array.from({ length: RINGS }, () => Array.from({ length: SLOTS }, makeHead));
  }

  /** Timers running now. */
  get size(): number {
    return this.#count;
  }

  /** Starts `timer` to fire once after `delayMs`; one that runs already is moved. */
  start(timer: WheelTimer, delayMs: number): void {
    if (timer.isRunning) this.#unlink(timer);
    const nowTick = this.#ticksNow();
    // An idle wheel stands still; it catches up here, with nothing in its slots.
    if (this.#count === 0 && !this.#isTurning) this.#tick = nowTick;
    timer.dueTick = Math.max(nowTick + Math.ceil(delayMs / TICK_MS) + 1, this.#tick + 1);
    this.#link(timer);
    if (this.#stopClock === undefined && !this.#isTurning) this.#sleep();
  }

  /** Stops `timer`; harmless if it does not run. */
  stop(timer: WheelTimer): void {
    if (timer.isRunning) this.#unlink(timer);
    if (this.#count === 0 && this.#stopClock) {
      this.#stopClock();
      this.#stopClock = undefined;
    }
  }

  /** For rare timers where a closure does no harm: fires `fire` once, returns the stop. */
  after(delayMs: number, fire: () => void): StopTimer {
    const timer = new WheelTimer({ onTimer: fire });
    this.start(timer, delayMs);
    return () => this.stop(timer);
  }

  #ticksNow(): number {
    return Math.floor((this.#clock.monotonicMs() - this.#originMs) / TICK_MS);
  }

  #sleep(): void {
    this.#stopClock = this.#clock.startTimer(TICK_MS, () => {
      this.#stopClock = undefined;
      this.#turn();
    });
  }

  #turn(): void {
    this.#isTurning = true;
    const target = this.#ticksNow();
    while (this.#tick < target && this.#count > 0) {
      this.#tick++;
      this.#deal(this.#tick);
      this.#fireSlot(this.#ring(0)[this.#tick & MASK]!);
    }
    if (this.#count === 0) this.#tick = target;
    this.#isTurning = false;
    if (this.#count > 0) this.#sleep();
  }

  /** At a ring's full turn, the slot of the ring above is dealt out. */
  #deal(tick: number): void {
    let span = SLOTS;
    for (let ring = 1; ring < RINGS && tick % span === 0; ring++, span *= SLOTS) {
      const head = this.#ring(ring)[Math.floor(tick / span) & MASK]!;
      for (let timer = head.next!; timer !== head; timer = head.next!) {
        this.#unlink(timer);
        this.#link(timer);
      }
    }
  }

  #fireSlot(head: WheelTimer): void {
    for (let timer = head.next!; timer !== head; timer = head.next!) {
      this.#unlink(timer);
      try {
        timer.owner!.onTimer(timer.kind);
      } catch (fault) {
        this.#onFault(fault);
      }
    }
  }

  #link(timer: WheelTimer): void {
    const distance = timer.dueTick - this.#tick;
    let head: WheelTimer;
    if (distance < SLOTS) head = this.#ring(0)[timer.dueTick & MASK]!;
    else if (distance < SLOTS * SLOTS) head = this.#ring(1)[(timer.dueTick >>> 8) & MASK]!;
    else {
      const slot = Math.min(
        Math.floor(timer.dueTick / 65_536),
        Math.floor(this.#tick / 65_536) + MASK,
      );
      head = this.#ring(2)[slot & MASK]!;
    }
    timer.next = head;
    timer.previous = head.previous!;
    head.previous!.next = timer;
    head.previous = timer;
    this.#count++;
  }

  #unlink(timer: WheelTimer): void {
    timer.previous!.next = timer.next;
    timer.next!.previous = timer.previous;
    timer.next = undefined;
    timer.previous = undefined;
    this.#count--;
  }

  #ring(index: number): WheelTimer[] {
    return this.#rings[index]!;
  }
}

function makeHead(): WheelTimer {
  const head = new WheelTimer(undefined);
  head.next = head;
  head.previous = head;
  return head;
}

function rethrowLater(fault: unknown): void {
  queueMicrotask(() => {
    throw fault;
  });
}
