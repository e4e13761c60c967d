import { expect, test } from 'vitest';
import { Engine } from './engine.ts';
import type { Log } from './log.ts';
import { ManualClock } from './manual-clock.ts';
import { definePlugin } from './plugin.ts';
import type { Scope } from './scope.ts';

async function busWith(
  setup: (scope: Scope) => void,
): Promise<{ engine: Engine; bus: Engine['bus']; clock: ManualClock; lines: string[] }> {
  const clock = new ManualClock();
  const lines: string[] = [];
  const line = (text: string): void => void lines.push(text);
  const log: Log = { debug: line, info: line, warn: line, error: line, with: () => log };
  const engine = new Engine({ node: 'node1', clock, log });
  await engine.install(definePlugin({ name: 'test', setup }));
  return { engine, bus: engine.bus, clock, lines };
}

test('a watcher sees the finished message and its outcome', async () => {
  const seen: string[] = [];
  const { bus } = await busWith((scope) => {
    scope.watch('test.route', ({ params }, { kind, answer, handler }) => {
      seen.push(`${params.called} ${kind} ${String(answer)} ${handler?.label}`);
    });
    scope.handle('test.route', { where: { called: '1' } }, (message) => {
      message.change({ called: '2' });
      return 'there';
    });
    scope.handle('test.route', { where: { called: '3' } }, async () => {
      throw new Error('broken');
    });
  });
  void bus.ask('test.route', { called: '1' });
  void bus.ask('test.route', { called: 'nobody' });
  await Promise.resolve(bus.ask('test.route', { called: '3' })).catch(() => undefined);
  expect(seen).toEqual([
    '2 answered there test:100',
    'nobody unanswered undefined undefined',
    '3 fault undefined test:100',
  ]);
});

test('the star watches all: notices that nobody hears, surveys, questions', async () => {
  const seen: string[] = [];
  const { bus } = await busWith((scope) => {
    scope.watch('*', ({ name }, { kind }) => void seen.push(`${name} ${kind}`));
  });
  void bus.tell('test.record', { called: '1' });
  void bus.ask('test.route', { called: '1' });
  await bus.gather('test.survey', { called: '1' });
  expect(seen).toEqual(['test.record told', 'test.route unanswered', 'test.survey gathered']);
});

test('a watcher learns the duration and the trail’s step, even if the call keeps no trail', async () => {
  const seen: unknown[] = [];
  const { bus, clock } = await busWith((scope) => {
    scope.watch('test.record', (_, { durationMs, step }) => {
      seen.push(
        durationMs,
        step?.labels,
        step?.notes?.map(({ kind }) => kind),
      );
    });
    scope.handle('test.record', {}, () => new Promise((done) => scope.wheel.after(32, done)));
  });
  const told = bus.tell('test.record', { called: '1' });
  await clock.advance(100);
  await told;
  expect(seen).toEqual([32, ['test:100'], ['waited']]);
});

test('a watcher that throws, now or later, harms nobody and is logged', async () => {
  const seen: string[] = [];
  const { bus, lines } = await busWith((scope) => {
    scope.watch('test.route', () => {
      throw new Error('broken');
    });
    const later = async (): Promise<void> => {
      throw new Error('broken later');
    };
    scope.watch('test.route', later as () => void);
    scope.watch('test.route', () => void seen.push('third'));
    scope.handle('test.route', {}, () => 'there');
  });
  expect(bus.ask('test.route', { called: '1' })).toBe('there');
  await Promise.resolve();
  expect(seen).toEqual(['third']);
  expect(lines).toEqual(['a watcher failed', 'a watcher failed']);
});

test('the same function may watch twice, and a watcher ends with its plugin', async () => {
  const seen: string[] = [];
  const watcher = ({ name }: { name: string }): void => void seen.push(name);
  const { engine, bus } = await busWith((scope) => {
    scope.watch('test.route', watcher);
    scope.watch('test.route', watcher);
  });
  void bus.ask('test.route', { called: '1' });
  expect(seen).toHaveLength(2);
  await engine.reload('test');
  void bus.ask('test.route', { called: '1' });
  expect(seen).toHaveLength(4);
  await engine.remove('test');
  void bus.ask('test.route', { called: '1' });
  expect(seen).toHaveLength(4);
});
