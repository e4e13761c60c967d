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
  /** @internal Links of the slot's list; `undefined` while not running. */
  next: WheelTimer | undefined = undefined;
  /** @internal */
  previous: WheelTimer | undefined = undefined;
  /** @internal */
  dueTick = 0;
  /** @internal The ring in which it lies. */
  ring = 0;

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
 * Hashed hierarchical timer wheel: starting and stopping are O(1), one clock timer serves all.
 * Resolution 16 ms: a timer fires never early, and at most one tick late. The wheel wakes where the
 * next timer is due, and every 4 s while that one is far; when the last one has gone it sleeps.
 * A fault in an owner's `onTimer` is handed to `onFault` and stops no other timer.
 */
export class TimerWheel {
  readonly #clock: Clock;
  readonly #onFault: (fault: unknown) => void;
  readonly #rings: readonly (readonly WheelTimer[])[];
  /** Timers in each ring: empty rings are skipped, not walked. */
  readonly #counts = [0, 0, 0];
  readonly #originMs: number;
  /** The tick up to which everything due has fired. */
  #tick = 0;
  /** The tick at whose beginning the clock wakes the wheel, if it is going to. */
  #wakeTick = 0;
  #count = 0;
  #stopClock: StopTimer | undefined;
  #isTurning = false;
  /** How late the clock woke the wheel at the worst, since someone last asked. */
  #worstLateMs = 0;

  constructor(clock: Clock, onFault: (fault: unknown) => void = rethrowLater) {
    this.#clock = clock;
    this.#onFault = onFault;
    this.#originMs = clock.monotonicMs();
    this.#rings = Array.from({ length: RINGS }, () => Array.from({ length: SLOTS }, makeHead));
  }

  /** The clock that turns it: whoever has a wheel can tell the time. */
  get clock(): Clock {
    return this.#clock;
  }

  /** Timers running now. */
  get size(): number {
    return this.#count;
  }

  /**
   * Starts `timer` to fire once after `delayMs`; one that runs already is moved. A delay below 0
   * counts as 0, an infinite one never fires. Who has just read the monotonic clock passes it.
   */
  start(timer: WheelTimer, delayMs: number, nowMs = this.#clock.monotonicMs()): void {
    if (Number.isNaN(delayMs)) throw new RangeError('a timer needs a delay, got NaN');
    if (timer.isRunning) this.#unlink(timer);
    const elapsedMs = nowMs - this.#originMs;
    // An idle wheel stands still; it catches up here, with nothing in its slots.
    if (this.#count === 0 && !this.#isTurning) {
      this.#tick = Math.max(this.#tick, Math.floor(elapsedMs / TICK_MS));
    }
    timer.dueTick = Math.max(Math.ceil((elapsedMs + delayMs) / TICK_MS), this.#tick + 1);
    this.#link(timer);
    if (this.#isTurning) return;
    if (this.#stopClock === undefined) this.#sleepOneTick();
    else if (timer.dueTick < this.#wakeTick && timer.ring === 0) {
      this.#stopClock();
      this.#sleepUntil(timer.dueTick);
    }
  }

  /** Stops `timer`; harmless if it does not run. */
  stop(timer: WheelTimer): void {
    if (timer.isRunning) this.#unlink(timer);
    // A wake-up within the tick is left to come: a dispatch starts and stops its timer at once,
    // and taking a clock timer back costs more than the whole dispatch.
    if (this.#count === 0 && this.#stopClock && this.#wakeTick > this.#tick + 1) {
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

  /**
   * How late the wheel was woken at the worst since the last call of this, ms: how long the event
   * loop was held up by other work. 0 where nothing was due meanwhile, for then nobody waited.
   */
  takeLateness(): number {
    const worstMs = this.#worstLateMs;
    this.#worstLateMs = 0;
    return worstMs;
  }

  #elapsedMs(): number {
    return this.#clock.monotonicMs() - this.#originMs;
  }

  #sleepOneTick(): void {
    this.#sleepUntil(Math.floor(this.#elapsedMs() / TICK_MS) + 1);
  }

  #sleepUntil(tick: number): void {
    const elapsedMs = this.#elapsedMs();
    this.#wakeTick = tick;
    this.#stopClock = this.#clock.startTimer(this.#wakeTick * TICK_MS - elapsedMs, () => {
      this.#stopClock = undefined;
      const lateMs = this.#elapsedMs() - this.#wakeTick * TICK_MS;
      if (lateMs > this.#worstLateMs) this.#worstLateMs = lateMs;
      this.#turn();
    });
  }

  #turn(): void {
    this.#isTurning = true;
    const target = Math.floor(this.#elapsedMs() / TICK_MS);
    while (this.#tick < target && this.#count > 0) {
      this.#tick = Math.min(target, this.#nextTick());
      this.#deal(this.#tick);
      this.#fireSlot(this.#rings[0]![this.#tick & MASK]!);
    }
    if (this.#count === 0) this.#tick = Math.max(this.#tick, target);
    this.#isTurning = false;
    if (this.#count > 0) this.#sleepUntil(this.#nextBusyTick());
  }

  /** Where the next timer of ring 0 is due, or ring 1 has something to deal. */
  #nextBusyTick(): number {
    const turn = nextMultiple(this.#tick, SLOTS);
    if (this.#counts[0] === 0) return turn;
    const ring = this.#rings[0]!;
    let tick = this.#tick + 1;
    for (; tick < turn; tick++) {
      const head = ring[tick & MASK]!;
      if (head.next !== head) break;
    }
    return tick;
  }

  /** A process that was paused for an hour steps over its empty rings, not through each tick. */
  #nextTick(): number {
    if (this.#counts[0]! > 0) return this.#tick + 1;
    return nextMultiple(this.#tick, this.#counts[1]! > 0 ? SLOTS : SLOTS * SLOTS);
  }

  /** At a ring's full turn, the slot of the ring above is dealt out. */
  #deal(tick: number): void {
    let span = SLOTS;
    for (let ring = 1; ring < RINGS && tick % span === 0; ring++, span *= SLOTS) {
      const head = this.#rings[ring]![Math.floor(tick / span) & MASK]!;
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
    const { dueTick } = timer;
    const distance = dueTick - this.#tick;
    timer.ring = distance < SLOTS ? 0 : distance < SLOTS * SLOTS ? 1 : 2;
    const head = this.#rings[timer.ring]![this.#slotOf(dueTick, timer.ring)]!;
    timer.next = head;
    timer.previous = head.previous!;
    head.previous!.next = timer;
    head.previous = timer;
    this.#counts[timer.ring]!++;
    this.#count++;
  }

  /** Beyond the last ring, the slot that comes round last: never the one being dealt. */
  #slotOf(dueTick: number, ring: number): number {
    if (ring === 0) return dueTick & MASK;
    if (ring === 1) return Math.floor(dueTick / SLOTS) & MASK;
    const span = SLOTS * SLOTS;
    return Math.min(Math.floor(dueTick / span), Math.floor(this.#tick / span) + MASK) & MASK;
  }

  #unlink(timer: WheelTimer): void {
    timer.previous!.next = timer.next;
    timer.next!.previous = timer.previous;
    timer.next = undefined;
    timer.previous = undefined;
    this.#counts[timer.ring]!--;
    this.#count--;
  }
}

function nextMultiple(tick: number, span: number): number {
  return (Math.floor(tick / span) + 1) * span;
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
