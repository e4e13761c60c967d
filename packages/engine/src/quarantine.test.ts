import { expect, test } from 'vitest';
import { Engine } from './engine.ts';
import type { Log } from './log.ts';
import { ManualClock } from './manual-clock.ts';
import type { MaybePromise } from './message-map.ts';
import { definePlugin } from './plugin.ts';
import { Quarantine } from './quarantine.ts';

interface Ailing {
  readonly clock: ManualClock;
  readonly lines: string[];
  readonly asked: () => number;
  isSound: boolean;
  ask(): Promise<unknown>;
}

/** A node with a handler that fails until it is told to be sound, and one behind it. */
async function ailing(
  onFault: 'refuse' | 'pass',
  isLater = false,
  isAlwaysAsked = false,
): Promise<Ailing> {
  const clock = new ManualClock();
  const lines: string[] = [];
  const line = (text: string): void => void lines.push(text);
  const log: Log = { debug: line, info: line, warn: line, error: line, with: () => log };
  const engine = new Engine({ node: 'node1', clock, log });
  let asked = 0;
  const answer = (): MaybePromise<string> => {
    asked++;
    if (bench.isSound) return 'sound';
    if (isLater) return Promise.reject(new Error('ailing'));
    throw new Error('ailing');
  };
  const plugin = definePlugin({
    name: 'ailing',
    setup: (scope) => scope.handle('test.route', { priority: 50, isAlwaysAsked }, answer),
  });
  await engine.install(plugin, { onFault });
  await engine.install(
    definePlugin({
      name: 'behind',
      setup: (scope) => scope.handle('test.route', {}, () => 'behind'),
    }),
  );
  const bench: Ailing = {
    clock,
    lines,
    asked: () => asked,
    isSound: false,
    async ask() {
      try {
        return await engine.bus.ask('test.route', { called: '1' });
      } catch (fault) {
        return (fault as { code: string }).code;
      }
    },
  };
  return bench;
}

test('after five faults a handler is not asked, and its questions fail closed', async () => {
  const bench = await ailing('refuse');
  for (let count = 0; count < 5; count++) expect(await bench.ask()).toBe('BUS_HANDLER_FAULT');
  expect(await bench.ask()).toBe('BUS_HANDLER_QUARANTINED');
  expect(bench.asked()).toBe(5);
  expect(bench.lines.filter((line) => line === 'a handler is in quarantine')).toHaveLength(1);
});

test('a handler that may be passed is skipped in quarantine', async () => {
  const bench = await ailing('pass', true);
  for (let count = 0; count < 8; count++) expect(await bench.ask()).toBe('behind');
  expect(bench.asked()).toBe(5);
});

test('it is tried again after a second, then two, then four', async () => {
  const bench = await ailing('refuse');
  for (let count = 0; count < 5; count++) await bench.ask();
  for (const pauseMs of [1_000, 2_000, 4_000]) {
    const before = bench.asked();
    await bench.clock.advance(pauseMs - 1);
    expect(await bench.ask()).toBe('BUS_HANDLER_QUARANTINED');
    await bench.clock.advance(1);
    expect(await bench.ask()).toBe('BUS_HANDLER_FAULT');
    expect(bench.asked()).toBe(before + 1);
  }
});

test('one success ends the quarantine and says so', async () => {
  const bench = await ailing('refuse');
  for (let count = 0; count < 5; count++) await bench.ask();
  await bench.clock.advance(1_000);
  bench.isSound = true;
  expect(await bench.ask()).toBe('sound');
  expect(bench.lines.at(-1)).toBe('a handler has left quarantine');
  bench.isSound = false;
  for (let count = 0; count < 5; count++) expect(await bench.ask()).toBe('BUS_HANDLER_FAULT');
  expect(await bench.ask()).toBe('BUS_HANDLER_QUARANTINED');
});

test('faults that are not in a row bring nobody into quarantine', async () => {
  const bench = await ailing('refuse');
  for (let count = 0; count < 20; count++) {
    bench.isSound = count % 5 === 4;
    expect(await bench.ask()).toBe(bench.isSound ? 'sound' : 'BUS_HANDLER_FAULT');
  }
});

test('one that is always asked is never left out, and may recover at any time', async () => {
  const bench = await ailing('refuse', false, true);
  for (let count = 0; count < 20; count++) expect(await bench.ask()).toBe('BUS_HANDLER_FAULT');
  expect(bench.asked()).toBe(20);
  bench.isSound = true;
  expect(await bench.ask()).toBe('sound');
  expect(bench.lines.filter((line) => line.includes('quarantine'))).toEqual([]);
});

test('the pause never exceeds a minute', () => {
  const quarantine = new Quarantine(new ManualClock());
  for (let count = 0; count < 100; count++) quarantine.fault();
  expect(quarantine.pauseMs).toBe(60_000);
  expect(quarantine.faults).toBe(100);
});
