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

test('a survey collects every answer in priority order, now or later', async () => {
  const bus = await busWith((scope) => {
    scope.handle('test.survey', { priority: 30 }, () => 3);
    scope.handle('test.survey', { priority: 10 }, async () => 1);
    scope.handle('test.survey', { priority: 20 }, () => undefined);
    scope.handle('test.survey', { priority: 40 }, () => 0);
  });
  expect(await bus.gather('test.survey', { called: '' })).toEqual({
    answers: [
      { node: 'node1', answer: 1 },
      { node: 'node1', answer: 3 },
      { node: 'node1', answer: 0 },
    ],
    unanswered: [],
    faults: [],
  });
});

test('a fault takes nobody else out of a survey', async () => {
  const bus = await busWith((scope) => {
    scope.handle('test.survey', { priority: 10 }, () => {
      throw new Error('broken');
    });
    scope.handle('test.survey', { priority: 20 }, () => 2);
  });
  const { answers, faults } = await bus.gather('test.survey', { called: '' });
  expect(answers).toEqual([{ node: 'node1', answer: 2 }]);
  expect(faults).toHaveLength(1);
});

test('a survey that nobody answers is empty', async () => {
  const bus = await busWith(() => undefined);
  expect((await bus.gather('test.survey', { called: '' })).answers).toEqual([]);
});

test('a survey over all nodes on a node that stands alone is its own', async () => {
  const bus = await busWith((scope) => scope.handle('test.survey', {}, () => 7));
  const gathered = await bus.gather('test.survey', { called: '' }, { to: '*' });
  expect(gathered.answers).toEqual([{ node: 'node1', answer: 7 }]);
  expect(gathered.unanswered).toEqual([]);
});
