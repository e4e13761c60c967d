import { expect, test } from 'vitest';
import { Engine } from './engine.ts';
import { ManualClock } from './manual-clock.ts';
import type { Message } from './message.ts';
import { definePlugin } from './plugin.ts';
import type { Scope } from './scope.ts';
import { describeNote, note, Trail, type TrailStep } from './trail.ts';

async function busWith(
  setup: (scope: Scope, clock: ManualClock) => void,
): Promise<{ bus: Engine['bus']; clock: ManualClock }> {
  const clock = new ManualClock();
  const engine = new Engine({ node: 'node1', clock });
  await engine.install(definePlugin({ name: 'test', setup: (scope) => setup(scope, clock) }));
  return { bus: engine.bus, clock };
}

/** What the notes of a step say, but for the timing of synchronous handlers. */
function said(step: TrailStep | undefined): string[] {
  const notes = step?.notes ?? [];
  return notes.filter(({ kind }) => kind !== 'ran').map((remark) => describeNote(step!, remark));
}

function timed(trail: Trail): boolean[] {
  return trail.steps.map((step) => (step.notes ?? []).some(({ kind }) => kind === 'ran'));
}

test('the labels of a pipeline are shared by all its steps', async () => {
  const { bus } = await busWith((scope) => {
    scope.handle('test.route', { priority: 50, as: 'cluster.prefix' }, () => undefined);
    scope.handle('test.route', {}, () => undefined);
  });
  const trail = new Trail();
  void bus.ask('test.route', { called: '1' }, { trail });
  void bus.ask('test.route', { called: '2' }, { trail });
  expect(trail.steps[0]!.labels).toEqual(['cluster.prefix:50', 'test:100']);
  expect(trail.steps[1]!.labels).toBe(trail.steps[0]!.labels);
});

test('who changed, answered, threw or waited is noted; who did nothing is not', async () => {
  const { bus, clock } = await busWith((scope) => {
    scope.handle('test.record', { priority: 10 }, (message) => {
      message.change({ called: '2' });
      message.setExtra('x-a', '1');
    });
    scope.handle('test.record', { priority: 20 }, () => undefined);
    scope.handle('test.record', { priority: 30 }, () => {
      throw new Error('disk full');
    });
    scope.handle(
      'test.record',
      { priority: 40 },
      () => new Promise((resolve) => scope.wheel.after(100, resolve)),
    );
    scope.handle('test.route', {}, () => 'there');
  });
  const trail = new Trail();
  const told = bus.tell('test.record', { called: '1' }, { trail });
  await clock.advance(200);
  await told;
  void bus.ask('test.route', { called: '1' }, { trail });
  expect(said(trail.steps[0])).toEqual([
    'test:10 changed called',
    'test:10 changed x-a',
    'test:30 threw disk full',
    'test:40 waited (112.0 ms)',
  ]);
  expect(said(trail.steps[1])).toEqual(['test:100 answered']);
});

test('one dispatch of sixteen times its synchronous handlers', async () => {
  const { bus } = await busWith((scope) => scope.handle('test.route', {}, () => 'there'));
  const trail = new Trail();
  for (let count = 0; count < 48; count++) void bus.ask('test.route', { called: '1' }, { trail });
  expect(timed(trail).filter(Boolean)).toHaveLength(3);
});

test('after a slow dispatch the next one of that message is timed, whatever comes between', async () => {
  const { bus } = await busWith((scope, clock) => {
    scope.handle('test.record', { where: { called: 'slow' } }, () => clock.advanceSync(6));
    scope.handle('test.route', {}, () => 'there');
  });
  const trail = new Trail();
  const told = (called: string): void => void bus.tell('test.record', { called }, { trail });
  for (const called of ['slow', 'slow', 'fast', 'fast']) told(called);
  // The first is timed by its turn, the next two because one was slow before them.
  expect(timed(trail).slice(0, 2)).toEqual([true, true]);
  const index = trail.steps.length;
  void bus.ask('test.route', { called: '1' }, { trail });
  expect(timed(trail)[index]).toBe(false);
});

test('under trace every dispatch is timed', async () => {
  const { bus } = await busWith((scope) => scope.handle('test.route', {}, () => 'there'));
  bus.isTracing = true;
  const trail = new Trail();
  for (let count = 0; count < 20; count++) void bus.ask('test.route', { called: '1' }, { trail });
  expect(timed(trail)).not.toContain(false);
});

test('a trail keeps its first 64 steps and counts the rest', async () => {
  const { bus } = await busWith((scope) => scope.handle('test.route', {}, () => 'there'));
  const trail = new Trail();
  for (let count = 0; count < 70; count++) void bus.ask('test.route', { called: '1' }, { trail });
  expect(trail.steps).toHaveLength(64);
  expect(trail.dropped).toBe(6);
});

test('a step keeps its first 64 notes', () => {
  const step = new Trail().begin('test.route', ['a:1'], 0);
  for (let count = 0; count < 100; count++) note(step, 0, 'changed', String(count));
  expect(step.notes).toHaveLength(64);
  expect(step.notes!.at(-1)!.text).toBe('63');
});

test('without a trail nothing is written down', async () => {
  let seen: Message | undefined;
  const { bus } = await busWith((scope) => {
    scope.handle('test.route', {}, (message) => {
      seen = message as unknown as Message;
      message.change({ called: '2' });
    });
  });
  void bus.ask('test.route', { called: '1' });
  expect(seen!.step).toBeUndefined();
});

test('a message sent from a handler continues its parent’s trail', async () => {
  const { bus } = await busWith((scope) => {
    scope.handle('test.route', {}, async (message) => {
      await bus.tell('test.record', { called: 'inner' }, { parent: message });
      return 'there';
    });
    scope.handle('test.record', {}, () => undefined);
  });
  const trail = new Trail();
  await bus.ask('test.route', { called: '1' }, { trail });
  expect(trail.steps.map(({ message }) => message)).toEqual(['test.route', 'test.record']);
});
