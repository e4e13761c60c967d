import { expect, test } from 'vitest';
import { Engine } from './engine.ts';
import { isFault } from './fault.ts';
import { Lane } from './lane.ts';
import { ManualClock } from './manual-clock.ts';
import { definePlugin } from './plugin.ts';

/** A promise and the way to keep it. */
function gate(): { promise: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => void (open = resolve));
  return { promise, open };
}

test('synchronous work in a free lane runs at once', () => {
  expect(new Lane().run(() => 5)).toBe(5);
});

test('each work starts when the one before has ended', async () => {
  const lane = new Lane();
  const order: string[] = [];
  const first = gate();
  const one = lane.run(async () => {
    order.push('one');
    await first.promise;
    order.push('one ended');
  });
  const two = lane.run(() => order.push('two'));
  const three = lane.run(async () => void order.push('three'));
  const four = lane.run(() => order.push('four'));
  expect(order).toEqual(['one']);
  expect(lane.waiting).toBe(3);
  first.open();
  await Promise.all([one, two, three, four]);
  expect(order).toEqual(['one', 'one ended', 'two', 'three', 'four']);
  expect(lane.waiting).toBe(0);
});

test('work that throws or rejects holds nobody up', async () => {
  const lane = new Lane();
  expect(() =>
    lane.run(() => {
      throw new Error('at once');
    }),
  ).toThrow('at once');
  const rejected = lane.run(() => Promise.reject(new Error('later')));
  const thrown = lane.run(() => {
    throw new Error('in its turn');
  });
  const last = lane.run(() => 'last');
  await expect(rejected).rejects.toThrow('later');
  await expect(thrown).rejects.toThrow('in its turn');
  expect(await last).toBe('last');
});

test('a lane holds 256 and refuses more, and goes on when they have run', async () => {
  const lane = new Lane();
  const first = gate();
  void lane.run(() => first.promise);
  const waiting = Array.from({ length: 256 }, (_, index) => lane.run(() => index));
  expect.assertions(3);
  try {
    void lane.run(() => undefined);
  } catch (fault) {
    expect(isFault(fault, 'LANE_FULL')).toBe(true);
  }
  first.open();
  expect(await Promise.all(waiting)).toEqual(Array.from({ length: 256 }, (_, index) => index));
  expect(lane.run(() => 'free')).toBe('free');
});

test('work that comes from work of the same lane waits its turn', async () => {
  const lane = new Lane();
  const order: string[] = [];
  let inner: unknown;
  void lane.run(() => {
    inner = lane.run(() => order.push('inner'));
    order.push('outer');
  });
  await inner;
  expect(order).toEqual(['outer', 'inner']);
});

test('messages about one call never overtake one another', async () => {
  const engine = new Engine({ node: 'node1', clock: new ManualClock() });
  const heard: string[] = [];
  const gates = [gate(), gate()];
  const plugin = definePlugin({
    name: 'test',
    setup(scope) {
      scope.handle('test.record', {}, async ({ params }) => {
        await gates[Number(params.called)]?.promise;
        heard.push(params.called);
      });
    },
  });
  await engine.install(plugin);
  const lane = new Lane();
  const told = ['0', '1', '2'].map((called) =>
    engine.bus.tell('test.record', { called }, { lane }),
  );
  const other = engine.bus.tell('test.record', { called: '9' });
  gates[1]!.open();
  await other;
  gates[0]!.open();
  await Promise.all(told);
  expect(heard).toEqual(['9', '0', '1', '2']);
});

test('a hung handler holds its call’s lane up to its deadline and no longer', async () => {
  const clock = new ManualClock();
  const engine = new Engine({ node: 'node1', clock });
  const heard: string[] = [];
  const plugin = definePlugin({
    name: 'test',
    setup(scope) {
      scope.handle('test.record', { deadlineMs: 1_000 }, ({ params }) => {
        heard.push(params.called);
        return params.called === 'hung' ? new Promise(() => undefined) : undefined;
      });
    },
  });
  await engine.install(plugin);
  const lane = new Lane();
  void engine.bus.tell('test.record', { called: 'hung' }, { lane });
  void engine.bus.tell('test.record', { called: 'next' }, { lane });
  await clock.advance(900);
  expect(heard).toEqual(['hung']);
  await clock.advance(200);
  expect(heard).toEqual(['hung', 'next']);
});

test('a handler that asks within its call’s lane is part of the turn, not a deadlock', async () => {
  const engine = new Engine({ node: 'node1', clock: new ManualClock() });
  const lane = new Lane();
  const order: string[] = [];
  const plugin = definePlugin({
    name: 'test',
    setup(scope) {
      scope.handle('test.route', { where: { called: 'outer' } }, async (parent) => {
        order.push('outer');
        const answer = await scope.bus.ask('test.route', { called: 'inner' }, { parent, lane });
        order.push('outer again');
        return answer;
      });
      scope.handle('test.route', { where: { called: 'inner' } }, async (parent) => {
        await scope.bus.tell('test.record', { called: 'innermost' }, { parent, lane });
        return 'found';
      });
      scope.handle('test.record', {}, ({ params }) => void order.push(params.called));
    },
  });
  await engine.install(plugin);
  const asked = engine.bus.ask('test.route', { called: 'outer' }, { lane });
  const next = engine.bus.tell('test.record', { called: 'next' }, { lane });
  expect(await asked).toBe('found');
  await next;
  expect(order).toEqual(['outer', 'innermost', 'outer again', 'next']);
});
