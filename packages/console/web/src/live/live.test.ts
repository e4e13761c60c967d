import { describe, expect, test } from 'vitest';
import { ApiProblem } from '../api/api-problem.ts';
import type { PageClock } from '../clock/page-clock.ts';
import { freshnessOf } from './freshness.ts';
import { nothingYet, Poller, type Reading } from './poller.ts';
import { SseParser } from './sse-parser.ts';

/** A clock that tests turn. */
class TurnedClock implements PageClock {
  #nowMs = 0;
  #timers: { readonly atMs: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  epoch(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.push(timer);
    return () => void (this.#timers = this.#timers.filter((other) => other !== timer));
  }

  async turn(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > endMs) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#nowMs = next.atMs;
      next.callback();
      await settle();
    }
    this.#nowMs = endMs;
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

const away = new ApiProblem(0, 'NODE_UNREACHABLE', 'the node cannot be reached');

describe('what is shown can be believed', () => {
  const reading = { value: 1, receivedAtMs: 10_000, problem: undefined };

  test('nothing yet is loading, a first failure is a failure', () => {
    expect(freshnessOf(nothingYet, 0, 2_000)).toBe('loading');
    expect(freshnessOf({ ...nothingYet, problem: away }, 0, 2_000)).toBe('failed');
  });

  test('an answer turns stale by its age, not by one failed try', () => {
    expect(freshnessOf({ ...reading, problem: away }, 12_000, 2_000)).toBe('fresh');
    expect(freshnessOf(reading, 16_000, 2_000)).toBe('fresh');
    expect(freshnessOf(reading, 16_001, 2_000)).toBe('stale');
    expect(freshnessOf(reading, 39_000, 10_000)).toBe('fresh');
  });

  test('a refusal is an answer: what was shown before does not hold any more', () => {
    const refused = new ApiProblem(403, 'ROLE_INSUFFICIENT', 'this needs the role admin');
    expect(freshnessOf({ ...reading, problem: refused }, 10_001, 2_000)).toBe('failed');
  });
});

describe('asking again and again', () => {
  function poll(answers: (() => Promise<number>)[]) {
    const clock = new TurnedClock();
    const readings: Reading<number>[] = [];
    let asked = 0;
    const poller = new Poller({
      clock,
      periodMs: 2_000,
      ask: () => answers[Math.min(asked++, answers.length - 1)]!(),
      onReading: (reading) => readings.push(reading),
    });
    return { clock, readings, poller, asked: () => asked };
  }

  test('the last good answer stays over failures, and the waits grow', async () => {
    const { clock, readings, poller, asked } = poll([
      () => Promise.resolve(7),
      () => Promise.reject(away),
    ]);
    poller.start();
    await settle();
    await clock.turn(2_000);
    expect(readings.at(-1)).toMatchObject({ value: 7, receivedAtMs: 0, problem: away });
    await clock.turn(3_999);
    expect(asked()).toBe(2);
    await clock.turn(1);
    expect(asked()).toBe(3);
    await clock.turn(60_000);
    expect(asked()).toBeLessThan(16);
  });

  test('many nudges ask once, and not at once', async () => {
    const { clock, poller, asked } = poll([() => Promise.resolve(1)]);
    poller.start();
    await settle();
    for (let nudge = 0; nudge < 100; nudge++) poller.nudge();
    expect(asked()).toBe(1);
    await clock.turn(400);
    expect(asked()).toBe(2);
    await clock.turn(1_999);
    expect(asked()).toBe(2);
  });

  test('who has stopped neither asks nor hears', async () => {
    let answer: (value: number) => void = () => undefined;
    const { clock, readings, poller, asked } = poll([
      () => new Promise<number>((resolve) => void (answer = resolve)),
    ]);
    poller.start();
    poller.stop();
    answer(1);
    await settle();
    poller.nudge();
    await clock.turn(60_000);
    expect([asked(), readings]).toEqual([1, []]);
  });
});

describe('server-sent events', () => {
  test('come in pieces cut anywhere, with beats between them', () => {
    const text =
      ': beat\n\nid: 1\nevent: call\ndata: {"a":1}\n\nevent: two\r\ndata: x\r\ndata: y\r\n\r\n';
    for (let cut = 1; cut < text.length; cut++) {
      const parser = new SseParser();
      const events = [...parser.read(text.slice(0, cut)), ...parser.read(text.slice(cut))];
      expect(events, `cut at ${cut}`).toEqual([
        { type: 'call', data: '{"a":1}', id: '1' },
        { type: 'two', data: 'x\ny', id: '1' },
      ]);
    }
  });

  test('an event without data is none', () => {
    expect(new SseParser().read('event: hello\n\n')).toEqual([]);
  });
});
