import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Clock, StopTimer } from './clock.ts';
import { ManualClock } from './manual-clock.ts';
import { type TimerOwner, TimerWheel, WheelTimer } from './timer-wheel.ts';

const TICK_MS = 16;
const HOUR_MS = 3_600_000;

function wheelOn(clock: ManualClock): { wheel: TimerWheel; faults: unknown[] } {
  const faults: unknown[] = [];
  return { wheel: new TimerWheel(clock, (fault) => faults.push(fault)), faults };
}

/** Delays of every ring, at their edges, and beyond the last one. */
const delay = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 3_900, max: 4_300 }),
  fc.integer({ min: 0, max: 120_000 }),
  fc.integer({ min: 1_040_000, max: 1_060_000 }),
  fc.integer({ min: 0, max: 100 * HOUR_MS }),
  fc.constantFrom(4_080, 4_096, 4_112, 1_048_560, 1_048_576, 1_048_592, 74 * HOUR_MS),
);

const action = fc.oneof(
  fc.record({ kind: fc.constant('start' as const), timer: fc.nat(11), delayMs: delay }),
  fc.record({ kind: fc.constant('stop' as const), timer: fc.nat(11) }),
  fc.record({ kind: fc.constant('turn' as const), ms: delay }),
);

/** One timer of the model: when it must fire, if it runs. */
interface Expected {
  dueMs: number | undefined;
}

test('against a naive model: never early, at most one tick late, size exact', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const clock = new ManualClock();
      const { wheel, faults } = wheelOn(clock);
      const model: Expected[] = Array.from({ length: 12 }, () => ({ dueMs: undefined }));
      const timers = model.map((expected) => {
        const onTimer = (): void => {
          const now = clock.monotonicMs();
          expect(expected.dueMs).toBeDefined();
          expect(now).toBeGreaterThanOrEqual(expected.dueMs!);
          expect(now - expected.dueMs!).toBeLessThanOrEqual(TICK_MS);
          expected.dueMs = undefined;
        };
        return new WheelTimer({ onTimer });
      });
      const running = (): number => model.filter(({ dueMs }) => dueMs !== undefined).length;
      for (const step of actions) {
        if (step.kind === 'start') {
          wheel.start(timers[step.timer]!, step.delayMs);
          model[step.timer]!.dueMs = clock.monotonicMs() + step.delayMs;
        } else if (step.kind === 'stop') {
          wheel.stop(timers[step.timer]!);
          model[step.timer]!.dueMs = undefined;
        } else {
          clock.advanceSync(step.ms);
          const now = clock.monotonicMs();
          for (const { dueMs } of model) {
            if (dueMs !== undefined) expect(dueMs + TICK_MS).toBeGreaterThan(now);
          }
        }
        expect(wheel.size).toBe(running());
        expect(timers.map(({ isRunning }) => isRunning)).toEqual(
          model.map(({ dueMs }) => dueMs !== undefined),
        );
      }
      expect(faults).toEqual([]);
    }),
    { seed: 20_260_101, numRuns: 300 },
  );
}, 20_000);

test('a clock read in fractions makes no timer early', () => {
  const clock = new ManualClock();
  const { wheel } = wheelOn(clock);
  clock.advanceSync(7.3);
  let firedAt = 0;
  wheel.after(16, () => void (firedAt = clock.monotonicMs()));
  clock.advanceSync(40);
  expect(firedAt).toBe(32);
});

test('timers of hours cascade to their exact tick', () => {
  const clock = new ManualClock();
  const { wheel } = wheelOn(clock);
  const late: number[] = [];
  const delays = [4_096, 65_536 * TICK_MS, 5 * HOUR_MS + 7, 73 * HOUR_MS, 80 * HOUR_MS + 1];
  for (const delayMs of delays) {
    wheel.after(delayMs, () => void late.push(clock.monotonicMs() - delayMs));
  }
  for (let hour = 0; hour < 81; hour++) clock.advanceSync(HOUR_MS);
  expect(late).toHaveLength(delays.length);
  for (const ms of late) expect(ms).toBeLessThanOrEqual(TICK_MS);
});

test('after standing idle for days the wheel is as exact as a new one', () => {
  const clock = new ManualClock();
  const { wheel } = wheelOn(clock);
  for (const idleMs of [12_345, 4_096 * 3 + 5, 17 * 60_000, 75 * HOUR_MS + 3]) {
    clock.advanceSync(idleMs);
    for (const delayMs of [0, 1, 4_096, 1_048_576, HOUR_MS]) {
      const startedMs = clock.monotonicMs();
      let lateMs = -1;
      wheel.after(delayMs, () => void (lateMs = clock.monotonicMs() - startedMs - delayMs));
      clock.advanceSync(delayMs + TICK_MS);
      expect(lateMs).toBeGreaterThanOrEqual(0);
      expect(lateMs).toBeLessThanOrEqual(TICK_MS);
      expect(wheel.size).toBe(0);
    }
  }
});

test('owners may start and stop any timer from inside onTimer', () => {
  const clock = new ManualClock();
  const { wheel } = wheelOn(clock);
  const fired: string[] = [];
  const never = new WheelTimer({ onTimer: () => void fired.push('never') });
  const owner: TimerOwner = {
    onTimer(kind) {
      fired.push(`kind ${kind}`);
      wheel.stop(never);
      if (fired.length < 3) wheel.start(own, 0);
    },
  };
  const own = new WheelTimer(owner, 7);
  wheel.start(own, 10);
  wheel.start(never, 10);
  clock.advanceSync(100);
  expect(fired).toEqual(['kind 7', 'kind 7', 'kind 7']);
  expect(wheel.size).toBe(0);
});

test('a fault of one owner stops no other timer', () => {
  const clock = new ManualClock();
  const { wheel, faults } = wheelOn(clock);
  let fired = 0;
  wheel.after(5, () => {
    throw new Error('broken');
  });
  wheel.after(5, () => void fired++);
  clock.advanceSync(20);
  expect(fired).toBe(1);
  expect(faults).toEqual([new Error('broken')]);
});

test('an idle wheel leaves no timer on the clock, at the latest one tick after', () => {
  const clock = new ManualClock();
  const { wheel } = wheelOn(clock);
  expect(clock.pending).toBe(0);
  const stop = wheel.after(5_000, () => undefined);
  expect(clock.pending).toBe(1);
  stop();
  clock.advanceSync(TICK_MS);
  expect(clock.pending).toBe(0);
  const near = wheel.after(100, () => undefined);
  near();
  clock.advanceSync(TICK_MS);
  expect(clock.pending).toBe(0);
});

test('with only far timers the wheel wakes every four seconds, and a near one wakes it in time', () => {
  let wakeUps = 0;
  class CountingClock extends ManualClock {
    override startTimer(delayMs: number, fire: () => void): StopTimer {
      wakeUps++;
      return super.startTimer(delayMs, fire);
    }
  }
  const clock = new CountingClock();
  const { wheel } = wheelOn(clock);
  wheel.after(HOUR_MS, () => undefined);
  clock.advanceSync(600_000);
  expect(wakeUps).toBeLessThan(160);
  const startedMs = clock.monotonicMs();
  let tookMs = 0;
  wheel.after(500, () => void (tookMs = clock.monotonicMs() - startedMs));
  clock.advanceSync(1_000);
  expect(tookMs).toBeGreaterThanOrEqual(500);
  expect(tookMs).toBeLessThanOrEqual(500 + TICK_MS);
});

/** A clock whose process sleeps: time passes, and no timer fires until `wake`. */
class PausedClock extends ManualClock {
  #jumpMs = 0;
  readings = 0;

  override monotonicMs(): number {
    this.readings++;
    return super.monotonicMs() + this.#jumpMs;
  }

  pause(ms: number): void {
    this.#jumpMs += ms;
  }
}

test('after a pause of the process all that is due fires once, in bounded work', () => {
  const clock = new PausedClock();
  const { wheel } = wheelOn(clock);
  const fired: number[] = [];
  for (const delayMs of [1_000, 30_000, 50_000]) {
    const timer = new WheelTimer({
      onTimer() {
        fired.push(delayMs);
        wheel.start(timer, delayMs);
      },
    });
    wheel.start(timer, delayMs);
  }
  clock.pause(60_000);
  clock.advanceSync(4_200);
  expect(fired.slice(0, 3)).toEqual([1_000, 30_000, 50_000]);
  // Restarted from now, not from when they should have fired: no burst to catch up with.
  expect(fired.slice(3)).toEqual([1_000, 1_000, 1_000, 1_000]);
});

test('a pause of a month is stepped over, not walked tick by tick', () => {
  const clock = new PausedClock();
  const { wheel } = wheelOn(clock);
  let fired = 0;
  wheel.after(40 * 24 * HOUR_MS, () => void fired++);
  clock.pause(30 * 24 * HOUR_MS);
  const startedMs = performance.now();
  clock.advanceSync(5_000);
  // 162 million ticks would take seconds.
  expect(performance.now() - startedMs).toBeLessThan(200);
  expect(fired).toBe(0);
  clock.pause(10 * 24 * HOUR_MS);
  clock.advanceSync(5_000);
  expect(fired).toBe(1);
});

test('an infinite delay never fires, one below zero fires at the next tick, NaN is refused', () => {
  const clock = new ManualClock();
  const { wheel } = wheelOn(clock);
  let fired = 0;
  const stop = wheel.after(Number.POSITIVE_INFINITY, () => void fired++);
  wheel.after(-1_000, () => void fired++);
  clock.advanceSync(TICK_MS);
  expect(fired).toBe(1);
  clock.advanceSync(200 * HOUR_MS);
  expect(fired).toBe(1);
  expect(wheel.size).toBe(1);
  stop();
  expect(wheel.size).toBe(0);
  expect(() => wheel.after(Number.NaN, () => undefined)).toThrow(RangeError);
});

test('a timer started again is moved, a stopped one may be stopped again', () => {
  const clock = new ManualClock();
  const { wheel } = wheelOn(clock);
  let fired = 0;
  const timer = new WheelTimer({ onTimer: () => void fired++ });
  wheel.start(timer, 100);
  wheel.start(timer, 1_000);
  expect(wheel.size).toBe(1);
  clock.advanceSync(500);
  expect(fired).toBe(0);
  clock.advanceSync(600);
  expect(fired).toBe(1);
  wheel.stop(timer);
  wheel.stop(timer);
  expect(wheel.size).toBe(0);
});

test('tells how late it was woken at the worst, each time anew', () => {
  const clock = new ManualClock();
  let heldUpMs = 0;
  const busyLoop: Clock = {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    startTimer: (delayMs, fire) => clock.startTimer(delayMs + heldUpMs, fire),
  };
  const wheel = new TimerWheel(busyLoop);
  const wait = (heldUp: number): void => {
    heldUpMs = heldUp;
    wheel.after(160, () => undefined);
    clock.advanceSync(1_000);
  };
  wait(0);
  expect(wheel.takeLateness()).toBe(0);
  wait(70);
  wait(30);
  expect(wheel.takeLateness()).toBe(70);
  expect(wheel.takeLateness()).toBe(0);
});
