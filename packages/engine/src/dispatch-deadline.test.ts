import { expect, test } from 'vitest';
import { Cancellation } from './cancellation.ts';
import { Engine } from './engine.ts';
import { isFault } from './fault.ts';
import { ManualClock } from './manual-clock.ts';
import type { Message } from './message.ts';
import { definePlugin } from './plugin.ts';
import type { Scope } from './scope.ts';
import { Trail } from './trail.ts';

async function engineWith(
  setup: (scope: Scope) => void,
  section = {},
): Promise<{ engine: Engine; clock: ManualClock }> {
  const clock = new ManualClock();
  const engine = new Engine({ node: 'node1', clock });
  await engine.install(definePlugin({ name: 'test', setup }), section);
  return { engine, clock };
}

const never = (): Promise<undefined> => new Promise(() => undefined);

test('a hung handler ends the question at its deadline, not before', async () => {
  const { engine, clock } = await engineWith((scope) => {
    scope.handle('test.route', { deadlineMs: 1_000 }, never);
  });
  let fault: unknown;
  const asked = Promise.resolve(engine.bus.ask('test.route', { called: '1' }));
  asked.catch((cause: unknown) => {
    fault = cause;
  });
  await clock.advance(999);
  expect(fault).toBeUndefined();
  await clock.advance(17);
  expect(isFault(fault, 'BUS_HANDLER_LATE')).toBe(true);
  expect(fault).toHaveProperty('details.deadlineMs', 1_000);
  expect(engine.wheel.size).toBe(0);
});

test('one timer serves all waits of a dispatch', async () => {
  const { engine, clock } = await engineWith((scope) => {
    for (const priority of [1, 2, 3]) scope.handle('test.record', { priority }, never);
  });
  const told = engine.bus.tell('test.record', { called: '1' });
  expect(engine.wheel.size).toBe(1);
  await clock.advance(5_100);
  expect(engine.wheel.size).toBe(1);
  await clock.advance(11_000);
  expect(await told).toHaveLength(3);
  expect(engine.wheel.size).toBe(0);
});

test('a late answer is nobody’s answer, a late rejection nobody’s fault', async () => {
  let answer: (value: string) => void = () => undefined;
  let reject: (fault: Error) => void = () => undefined;
  const { engine, clock } = await engineWith(
    (scope) => {
      scope.handle(
        'test.route',
        { priority: 1, deadlineMs: 100 },
        () => new Promise((resolve) => void (answer = resolve)),
      );
      scope.handle(
        'test.route',
        { priority: 2, deadlineMs: 100 },
        () => new Promise((_, fail) => void (reject = fail)),
      );
      scope.handle('test.route', { priority: 3 }, () => 'third');
    },
    { onFault: 'pass' },
  );
  const asked = engine.bus.ask('test.route', { called: '1' });
  await clock.advance(150);
  answer('late');
  await clock.advance(150);
  reject(new Error('late'));
  await clock.advance(10);
  expect(await asked).toBe('third');
});

test('a change after the deadline is dropped and counted; later handlers and the sender keep theirs', async () => {
  let late: Message<'test.route'> | undefined;
  const seen: string[] = [];
  const { engine, clock } = await engineWith(
    (scope) => {
      scope.handle('test.route', { priority: 1, deadlineMs: 100 }, (message) => {
        late = message;
        message.change({ called: '2' });
        return never();
      });
      scope.handle('test.route', { priority: 2 }, async (message) => {
        late!.change({ called: 'late' });
        late!.setExtra('late', 'yes');
        seen.push(message.params.called);
        message.change({ called: '3' });
      });
    },
    { onFault: 'pass' },
  );
  const message = engine.bus.message('test.route', { called: '1' });
  const asked = engine.bus.askMessage(message);
  await clock.advance(200);
  await asked;
  expect(seen).toEqual(['2']);
  expect(message.params.called).toBe('3');
  expect(message.extra).toEqual([]);
  expect(engine.bus.lateChanges).toBe(2);
});

test('a signal is aborted at the deadline, and one first read after it comes back aborted', async () => {
  let late: Message<'test.record'> | undefined;
  let early: AbortSignal | undefined;
  const { engine, clock } = await engineWith((scope) => {
    scope.handle('test.record', { priority: 1, deadlineMs: 100 }, (message) => {
      late = message;
      return never() as Promise<void>;
    });
    scope.handle('test.record', { priority: 2, deadlineMs: 100 }, ({ signal }) => {
      early = signal;
      return never() as Promise<void>;
    });
  });
  const told = engine.bus.tell('test.record', { called: '1' });
  await clock.advance(120);
  expect(late!.signal.aborted).toBe(true);
  expect(early!.aborted).toBe(false);
  await clock.advance(120);
  expect(early!.aborted).toBe(true);
  await told;
});

test('a message in flight finishes on the handlers it began with', async () => {
  const asked: string[] = [];
  const clock = new ManualClock();
  const engine = new Engine({ node: 'node1', clock });
  let open: () => void = () => undefined;
  const plugin = definePlugin({
    name: 'test',
    setup(scope) {
      const generation = scope.keep('generation', () => ({ count: 0 }));
      const own = ++generation.count;
      scope.handle('test.route', { priority: 1 }, async () => {
        asked.push(`first of ${own}`);
        await new Promise<void>((resolve) => void (open = resolve));
        return undefined;
      });
      scope.handle('test.route', { priority: 2 }, () => void asked.push(`second of ${own}`));
    },
  });
  await engine.install(plugin);
  const inFlight = engine.bus.ask('test.route', { called: '1' });
  await engine.reload('test');
  open();
  await inFlight;
  expect(asked).toEqual(['first of 1', 'second of 1']);
  const next = engine.bus.ask('test.route', { called: '1' });
  open();
  await next;
  expect(asked.slice(2)).toEqual(['first of 2', 'second of 2']);
});

test('a question called off asks no further handler and aborts the running one’s signal', async () => {
  const cancellation = new Cancellation();
  let isAborted = false;
  let answer: (value: undefined) => void = () => undefined;
  const { engine } = await engineWith((scope) => {
    scope.handle('test.route', { priority: 1 }, ({ signal }) => {
      signal.addEventListener('abort', () => void (isAborted = true));
      return new Promise<undefined>((resolve) => void (answer = resolve));
    });
    scope.handle('test.route', { priority: 2 }, () => 'never asked');
  });
  const asked = engine.bus.ask('test.route', { called: '1' }, { cancellation });
  cancellation.cancel();
  expect(isAborted).toBe(true);
  answer(undefined);
  expect(await asked).toBeUndefined();
});

test('an answer that the running handler had already made reaches the sender who called off', async () => {
  const cancellation = new Cancellation();
  const { engine } = await engineWith((scope) => {
    scope.handle('test.route', {}, async () => 'held');
  });
  const asked = engine.bus.ask('test.route', { called: '1' }, { cancellation });
  cancellation.cancel();
  expect(await asked).toBe('held');
});

test('a question called off beforehand asks nobody; a notice is told all the same', async () => {
  const cancellation = new Cancellation();
  cancellation.cancel();
  const heard: string[] = [];
  const { engine } = await engineWith((scope) => {
    scope.handle('test.route', {}, () => 'never asked');
    scope.handle('test.record', {}, ({ signal, isCancelled }) => {
      heard.push(`${isCancelled} ${signal.aborted}`);
    });
  });
  expect(engine.bus.ask('test.route', { called: '1' }, { cancellation })).toBeUndefined();
  void engine.bus.tell('test.record', { called: '1' }, { cancellation });
  expect(heard).toEqual(['true true']);
});

test('the trail tells who was late and what was said', async () => {
  const trail = new Trail();
  const { engine, clock } = await engineWith((scope) => {
    scope.handle('test.record', { deadlineMs: 100 }, never as () => Promise<void>);
  });
  const told = engine.bus.tell('test.record', { called: '1' }, { trail });
  await clock.advance(120);
  await told;
  const late = trail.steps[0]!.notes!.find(({ kind }) => kind === 'late');
  expect(late).toMatchObject({ handler: 0, text: expect.stringContaining('BUS_HANDLER_LATE') });
});
