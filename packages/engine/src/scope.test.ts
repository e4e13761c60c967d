import { expect, test } from 'vitest';
import { Engine } from './engine.ts';
import type { Log } from './log.ts';
import { ManualClock } from './manual-clock.ts';
import { definePlugin } from './plugin.ts';
import type { Scope } from './scope.ts';

interface Bench {
  readonly engine: Engine;
  readonly clock: ManualClock;
  readonly lines: string[];
}

async function bench(setup: (scope: Scope) => void | Promise<void>): Promise<Bench> {
  const clock = new ManualClock();
  const lines: string[] = [];
  const line = (text: string): void => void lines.push(text);
  const log: Log = { debug: line, info: line, warn: line, error: line, with: () => log };
  const engine = new Engine({ node: 'node1', clock, log });
  await engine.install(definePlugin({ name: 'test', setup }));
  return { engine, clock, lines };
}

test('a scope owns handlers, watchers, timers and facts: none outlives it', async () => {
  const seen: string[] = [];
  const { engine, clock } = await bench((scope) => {
    scope.handle('test.route', {}, () => 'there');
    scope.watch('*', ({ name }) => void seen.push(name));
    scope.every(1_000, () => void seen.push('beat'));
  });
  await clock.advance(1_100);
  void engine.bus.ask('test.route', { called: '1' });
  expect(seen).toEqual(['beat', 'test.route']);
  await engine.remove('test');
  expect(engine.bus.ask('test.route', { called: '1' })).toBeUndefined();
  await clock.advance(5_000);
  expect(seen).toHaveLength(2);
  expect(engine.wheel.size).toBe(0);
});

test('what is registered while the plugin lives is live at once', async () => {
  let scope: Scope | undefined;
  const { engine } = await bench((own) => void (scope = own));
  scope!.handle('test.route', {}, () => 'there');
  expect(engine.bus.ask('test.route', { called: '1' })).toBe('there');
  await engine.remove('test');
  expect(engine.bus.ask('test.route', { called: '1' })).toBeUndefined();
});

test('what comes after the end is refused with a line in the log, or given back at once', async () => {
  let scope: Scope | undefined;
  const { engine, clock, lines } = await bench((own) => void (scope = own));
  await engine.remove('test');
  const seen: string[] = [];
  scope!.handle('test.route', {}, () => 'there');
  scope!.watch('*', () => void seen.push('watched'));
  scope!.every(100, () => void seen.push('beat'));
  scope!.onDispose(() => void seen.push('given back'));
  await clock.advance(1_000);
  expect(engine.bus.ask('test.route', { called: '1' })).toBeUndefined();
  expect(seen).toEqual(['given back']);
  expect(lines).toHaveLength(3);
});

test('resources are given back the last one first; one that fails or hangs stops no other', async () => {
  const order: string[] = [];
  const { engine, clock, lines } = await bench((scope) => {
    scope.onDispose(() => void order.push('first'));
    scope.onDispose(() => new Promise(() => undefined));
    scope.onDispose(() => Promise.reject(new Error('later')));
    scope.onDispose(() => {
      throw new Error('at once');
    });
    scope.onDispose(async () => void order.push('last'));
  });
  const removed = engine.remove('test');
  await clock.advance(5_100);
  await removed;
  expect(order).toEqual(['last', 'first']);
  expect(lines).toEqual(Array.from({ length: 3 }, () => 'a plugin could not give back a resource'));
});

test('at a reload the new set-up serves before the old one is given back', async () => {
  const seen: string[] = [];
  let count = 0;
  const { engine } = await bench((scope) => {
    const generation = ++count;
    scope.handle('test.route', {}, () => `from ${generation}`);
    scope.onDispose(() => {
      seen.push(
        `${generation} given back, ${JSON.stringify(scope.bus.ask('test.route', { called: '' }))}`,
      );
    });
  });
  await engine.reload('test');
  expect(seen).toEqual(['1 given back, "from 2"']);
});

test('at a reload watchers are swapped, never doubled, while old resources go slowly', async () => {
  const seen: number[] = [];
  let count = 0;
  let open = (): void => undefined;
  const { engine } = await bench((scope) => {
    const generation = ++count;
    scope.watch('test.route', () => void seen.push(generation));
    scope.onDispose(() => new Promise<void>((resolve) => void (open = resolve)));
  });
  const reloaded = engine.reload('test');
  await Promise.resolve();
  await Promise.resolve();
  void engine.bus.ask('test.route', { called: '1' });
  expect(seen).toEqual([2]);
  open();
  await reloaded;
});

test('kept values outlive reloads and are given back with the plugin', async () => {
  const seen: string[] = [];
  const { engine } = await bench((scope) => {
    const counter = scope.keep(
      'counter',
      () => ({ count: 0 }),
      ({ count }) => void seen.push(`counter at ${count}`),
    );
    counter.count++;
    scope.keep(
      'connection',
      () => 'connection',
      (name) => void seen.push(name),
    );
  });
  await engine.reload('test');
  await engine.reload('test');
  expect(seen).toEqual([]);
  await engine.remove('test');
  expect(seen).toEqual(['connection', 'counter at 3']);
});

test('a beat that fails is logged and the next one comes', async () => {
  let beats = 0;
  const { clock, lines } = await bench((scope) => {
    scope.every(1_000, () => {
      beats++;
      if (beats === 1) throw new Error('at once');
      if (beats === 2) return Promise.reject(new Error('later'));
      return undefined;
    });
  });
  await clock.advance(3_200);
  expect(beats).toBe(3);
  expect(lines).toEqual(['a timer of a plugin failed', 'a timer of a plugin failed']);
});

test('beats do not pile up behind one that takes long', async () => {
  let running = 0;
  let most = 0;
  const { clock } = await bench((scope) => {
    scope.every(100, async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => scope.wheel.after(1_000, resolve));
      running--;
    });
  });
  await clock.advance(3_000);
  expect(most).toBe(1);
});

test('a handler’s label names the plugin or the handler’s own name, and its priority', async () => {
  const { engine } = await bench((scope) => {
    scope.handle('test.route', {}, () => undefined);
    scope.handle('test.route', { as: 'cluster.prefix', priority: 50 }, () => undefined);
  });
  expect(engine.bus.handlersOf('test.route').map(({ label }) => label)).toEqual([
    'cluster.prefix:50',
    'test:100',
  ]);
});

test('a handler without a bound to its wait, or without a place, is refused', async () => {
  for (const options of [
    { deadlineMs: Number.NaN },
    { deadlineMs: Number.POSITIVE_INFINITY },
    { deadlineMs: 0 },
    { priority: Number.NaN },
  ]) {
    const refused = bench((scope) => scope.handle('test.route', options, () => undefined));
    await expect(refused).rejects.toThrow('PLUGIN_SETUP_FAILED');
  }
});
