import { expect, test } from 'vitest';
import { Engine } from './engine.ts';
import { isFault } from './fault.ts';
import { ManualClock } from './manual-clock.ts';
import { definePlugin } from './plugin.ts';
import type { Scope } from './scope.ts';

async function busWith(setup: (scope: Scope) => void): Promise<Engine['bus']> {
  const engine = new Engine({ node: 'node1', clock: new ManualClock() });
  await engine.install(definePlugin({ name: 'test', setup }));
  return engine.bus;
}

test('a question nobody handles is unanswered', async () => {
  const bus = await busWith(() => undefined);
  expect(bus.ask('test.route', { called: '1' })).toBeUndefined();
});

test('the lowest priority is asked first and the first answer ends it', async () => {
  const asked: number[] = [];
  const bus = await busWith((scope) => {
    for (const priority of [100, 50, 10, 75]) {
      scope.handle('test.route', { priority }, () => {
        asked.push(priority);
        return priority === 75 ? 'mine' : undefined;
      });
    }
  });
  expect(bus.ask('test.route', { called: '1' })).toBe('mine');
  expect(asked).toEqual([10, 50, 75]);
});

test('equal priorities are asked in order of installation', async () => {
  const asked: string[] = [];
  const bus = await busWith((scope) => {
    for (const name of ['first', 'second', 'third']) {
      scope.handle('test.route', { priority: 50 }, () => void asked.push(name));
    }
  });
  void bus.ask('test.route', { called: '1' });
  expect(asked).toEqual(['first', 'second', 'third']);
});

test('synchronous handlers answer at once, one promise makes the answer a promise', async () => {
  const bus = await busWith((scope) => {
    scope.handle('test.route', { where: { called: '1' } }, () => 'now');
    scope.handle('test.route', { where: { called: '2' } }, async () => 'later');
    scope.handle('test.route', { where: { called: '3' } }, async () => undefined);
    scope.handle('test.route', { priority: 200 }, () => 'last');
  });
  expect(bus.ask('test.route', { called: '1' })).toBe('now');
  const later = bus.ask('test.route', { called: '2' });
  expect(later).toBeInstanceOf(Promise);
  expect(await later).toBe('later');
  expect(await bus.ask('test.route', { called: '3' })).toBe('last');
});

test('answers that look like nothing are answers all the same', async () => {
  const bus = await busWith((scope) => {
    scope.handle('test.route', {}, () => '');
    scope.handle('test.route', {}, () => 'never asked');
  });
  expect(bus.ask('test.route', { called: '1' })).toBe('');
});

test('a throw refuses the question with the handler named and the cause kept', async () => {
  const cause = new Error('disk full');
  const bus = await busWith((scope) => {
    scope.handle('test.route', { priority: 50, as: 'broken' }, () => {
      throw cause;
    });
    scope.handle('test.route', {}, () => 'never asked');
  });
  expect.assertions(3);
  try {
    void bus.ask('test.route', { called: '1' });
  } catch (fault) {
    expect(isFault(fault, 'BUS_HANDLER_FAULT')).toBe(true);
    expect(fault).toHaveProperty('details.handler', 'broken:50');
    expect(fault).toHaveProperty('cause', cause);
  }
});

test('a rejection refuses the question as a throw does', async () => {
  const bus = await busWith((scope) => {
    scope.handle('test.route', {}, () => Promise.reject(new Error('gone')));
  });
  await expect(bus.ask('test.route', { called: '1' })).rejects.toHaveProperty(
    'code',
    'BUS_HANDLER_FAULT',
  );
});

test('a plugin with onFault = pass is passed by', async () => {
  const engine = new Engine({ node: 'node1', clock: new ManualClock() });
  const broken = definePlugin({
    name: 'broken',
    setup(scope) {
      scope.handle('test.route', { priority: 50 }, () => {
        throw new Error('broken');
      });
      scope.handle('test.route', { priority: 60 }, () => Promise.reject(new Error('broken')));
    },
  });
  const sound = definePlugin({
    name: 'sound',
    setup: (scope) => scope.handle('test.route', {}, () => 'sound'),
  });
  await engine.install(broken, { onFault: 'pass' });
  await engine.install(sound);
  expect(await engine.bus.ask('test.route', { called: '1' })).toBe('sound');
});

test('what only looks like a promise is waited for, and harms nobody', async () => {
  const bus = await busWith((scope) => {
    const twice = {
      then(go: (answer: string) => void) {
        go('thenable');
        go('again');
      },
    };
    const nasty = {
      then() {
        throw new Error('nasty');
      },
    };
    scope.handle('test.route', { where: { called: '1' } }, () => twice as never);
    scope.handle('test.route', { where: { called: '2' } }, () => nasty as never);
  });
  expect(await bus.ask('test.route', { called: '1' })).toBe('thenable');
  await expect(bus.ask('test.route', { called: '2' })).rejects.toThrow('BUS_HANDLER_FAULT');
});

test('with `after` a handler asks the chain behind itself', async () => {
  const asked: number[] = [];
  const bus = await busWith((scope) => {
    scope.handle('test.route', { priority: 10 }, (message) => {
      asked.push(10);
      const { params } = message;
      return bus.ask('test.route', { ...params, called: '2' }, { parent: message, after: 10 });
    });
    scope.handle('test.route', { priority: 10 }, () => void asked.push(11));
    scope.handle('test.route', { priority: 20 }, ({ params }) => {
      asked.push(20);
      return `to ${params.called}`;
    });
  });
  expect(bus.ask('test.route', { called: '1' })).toBe('to 2');
  expect(asked).toEqual([10, 20]);
});

test('`after` the last priority asks nobody', async () => {
  const bus = await busWith((scope) => scope.handle('test.route', {}, () => 'mine'));
  expect(bus.ask('test.route', { called: '1' }, { after: 100 })).toBeUndefined();
  expect(bus.ask('test.route', { called: '1' }, { after: 99 })).toBe('mine');
});

test('questions that ask each other without end are refused, not a broken stack', async () => {
  const bus = await busWith((scope) => {
    scope.handle('test.route', {}, (message) =>
      bus.ask('test.route', message.params, { parent: message }),
    );
  });
  expect.assertions(2);
  try {
    void bus.ask('test.route', { called: '1' });
  } catch (fault) {
    expect(isFault(fault, 'BUS_HANDLER_FAULT')).toBe(true);
    let cause: unknown = fault;
    while (isFault(cause, 'BUS_HANDLER_FAULT')) cause = cause.cause;
    expect(isFault(cause, 'BUS_TOO_DEEP')).toBe(true);
  }
});

test('the sender reads in its message what handlers changed', async () => {
  const bus = await busWith((scope) => {
    scope.handle('test.route', {}, (message) => {
      message.change({ called: '2' });
      message.setExtra('x-note', 'changed');
    });
  });
  const message = bus.message('test.route', { called: '1' });
  expect(bus.askMessage(message)).toBeUndefined();
  expect(message.params.called).toBe('2');
  expect(message.extra).toEqual([['x-note', 'changed']]);
});

test('the params that the sender gave stay as they were', async () => {
  const bus = await busWith((scope) => {
    scope.handle('test.route', {}, (message) => message.change({ called: '2' }));
  });
  const params = { called: '1' };
  void bus.ask('test.route', params);
  expect(params).toEqual({ called: '1' });
});
