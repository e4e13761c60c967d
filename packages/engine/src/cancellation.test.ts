import { expect, test } from 'vitest';
import { Cancellation } from './cancellation.ts';
import { Engine } from './engine.ts';
import { ManualClock } from './manual-clock.ts';
import { definePlugin } from './plugin.ts';

test('listeners run once, in order, or at once if it has been called off', () => {
  const cancellation = new Cancellation();
  const heard: string[] = [];
  cancellation.onCancel(() => void heard.push('first'));
  cancellation.onCancel(() => void heard.push('second'));
  expect(cancellation.isCancelled).toBe(false);
  cancellation.cancel();
  cancellation.cancel();
  cancellation.onCancel(() => void heard.push('late'));
  expect(heard).toEqual(['first', 'second', 'late']);
  expect(cancellation.isCancelled).toBe(true);
});

test('a listener may be taken back, each one by itself', () => {
  const cancellation = new Cancellation();
  let heard = 0;
  const listener = (): void => void heard++;
  const stop = cancellation.onCancel(listener);
  cancellation.onCancel(listener);
  stop();
  cancellation.cancel();
  expect(heard).toBe(1);
});

test('a listener that throws keeps no other from hearing', () => {
  const cancellation = new Cancellation();
  let heard = 0;
  cancellation.onCancel(() => {
    throw new Error('broken');
  });
  cancellation.onCancel(() => void heard++);
  expect(() => cancellation.cancel()).toThrow('broken');
  expect(heard).toBe(1);
});

test('a call of many messages keeps no listener of those that have ended', async () => {
  const engine = new Engine({ node: 'node1', clock: new ManualClock() });
  const signals: AbortSignal[] = [];
  const plugin = definePlugin({
    name: 'test',
    setup: (scope) => scope.handle('test.record', {}, ({ signal }) => void signals.push(signal)),
  });
  await engine.install(plugin);
  const cancellation = new Cancellation();
  void engine.bus.tell('test.record', { called: '1' }, { cancellation });
  void engine.bus.tell('test.record', { called: '2' }, { cancellation });
  cancellation.cancel();
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
});
