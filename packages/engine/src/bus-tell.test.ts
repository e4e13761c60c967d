import { expect, test } from 'vitest';
import { Engine } from './engine.ts';
import { ManualClock } from './manual-clock.ts';
import { definePlugin } from './plugin.ts';
import type { Scope } from './scope.ts';

async function busWith(setup: (scope: Scope) => void): Promise<Engine['bus']> {
  const engine = new Engine({ node: 'node1', clock: new ManualClock() });
  await engine.install(definePlugin({ name: 'test', setup }));
  return engine.bus;
}

test('everyone hears a notice in priority order and sees the changes of those before', async () => {
  const heard: string[] = [];
  const bus = await busWith((scope) => {
    scope.handle('test.record', { priority: 100 }, ({ params }) => void heard.push(params.called));
    scope.handle('test.record', { priority: 25 }, (message) => {
      heard.push(message.params.called);
      message.change({ called: '2' });
    });
    scope.handle('test.record', { priority: 50 }, async ({ params }) => {
      heard.push(params.called);
    });
  });
  expect(await bus.tell('test.record', { called: '1' })).toEqual([]);
  expect(heard).toEqual(['1', '2', '2']);
});

test('a value returned by force does not stop a notice', async () => {
  const heard: number[] = [];
  const bus = await busWith((scope) => {
    scope.handle('test.record', { priority: 1 }, (() => true) as () => void);
    scope.handle('test.record', { priority: 2 }, () => void heard.push(2));
  });
  expect(bus.tell('test.record', { called: '1' })).toEqual([]);
  expect(heard).toEqual([2]);
});

test('faults are isolated and returned, whatever onFault says', async () => {
  const heard: string[] = [];
  const engine = new Engine({ node: 'node1', clock: new ManualClock() });
  const plugin = definePlugin({
    name: 'test',
    setup(scope) {
      scope.handle('test.record', { priority: 1 }, () => {
        throw new Error('first');
      });
      scope.handle('test.record', { priority: 2 }, () => Promise.reject(new Error('second')));
      scope.handle('test.record', { priority: 3 }, () => void heard.push('third'));
    },
  });
  await engine.install(plugin, { onFault: 'pass' });
  const faults = await engine.bus.tell('test.record', { called: '1' });
  expect(faults.map((fault) => (fault as Error).cause)).toEqual([
    new Error('first'),
    new Error('second'),
  ]);
  expect(heard).toEqual(['third']);
});

test('a notice that nobody hears has no faults', async () => {
  const bus = await busWith(() => undefined);
  expect(bus.tell('test.record', { called: '1' })).toEqual([]);
});

test('the sender of a notice reads what handlers changed', async () => {
  const bus = await busWith((scope) => {
    scope.handle('test.record', {}, (message) => message.change({ called: '2' }));
  });
  const message = bus.message('test.record', { called: '1' });
  await bus.tellMessage(message);
  expect(message.params.called).toBe('2');
});
