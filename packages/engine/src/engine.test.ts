import { expect, test } from 'vitest';
import { z } from 'zod';
import { Engine } from './engine.ts';
import type { Log } from './log.ts';
import { ManualClock } from './manual-clock.ts';
import { definePlugin, type Plugin } from './plugin.ts';
import type { Scope } from './scope.ts';

interface Bench {
  readonly engine: Engine;
  readonly clock: ManualClock;
  readonly lines: string[];
}

function bench(): Bench {
  const clock = new ManualClock();
  const lines: string[] = [];
  const line = (text: string): void => void lines.push(text);
  const log: Log = { debug: line, info: line, warn: line, error: line, with: () => log };
  return { engine: new Engine({ node: 'node1', clock, log }), clock, lines };
}

function plugin(name: string, setup: (scope: Scope) => void | Promise<void>): Plugin {
  return definePlugin({ name, setup });
}

/** Answers test.route with the text of its section; fails to be set up on `answer = fail`. */
const answering = definePlugin({
  name: 'answering',
  config: z.object({ answer: z.string().default('first') }),
  async setup(scope, config) {
    scope.handle('test.route', { priority: 50 }, () => config.answer);
    await Promise.resolve();
    if (config.answer === 'fail') throw new Error('no such thing');
  },
});

test('engine.start, engine.timer each second without drift, and engine.stop are told', async () => {
  const { engine, clock } = bench();
  const heard: string[] = [];
  await engine.install(
    plugin('test', (scope) => {
      scope.handle('engine.start', {}, ({ params }) => void heard.push(`start ${params.node}`));
      scope.handle('engine.timer', {}, () => void heard.push(`timer ${clock.monotonicMs()}`));
      scope.handle('engine.stop', {}, async () => void heard.push('stop'));
      scope.onDispose(() => void heard.push('disposed'));
    }),
  );
  await engine.start();
  await engine.start();
  await clock.advance(3_100);
  expect(heard).toEqual(['start node1', 'timer 1008', 'timer 2000', 'timer 3008']);
  await engine.stop();
  expect(heard.slice(4)).toEqual(['stop', 'disposed']);
  await clock.advance(5_000);
  expect(heard).toHaveLength(6);
  expect(engine.wheel.size).toBe(0);
  expect(clock.pending).toBe(0);
  expect(engine.plugins).toEqual([]);
  expect(engine.bus.handledNames).toEqual([]);
});

test('a plugin is asked only when its set-up has ended', async () => {
  const { engine } = bench();
  let open = (): void => undefined;
  const installed = engine.install(
    plugin('slow', async (scope) => {
      scope.handle('test.route', {}, () => 'there');
      await new Promise<void>((resolve) => void (open = resolve));
    }),
  );
  await Promise.resolve();
  expect(engine.bus.ask('test.route', { called: '1' })).toBeUndefined();
  open();
  await installed;
  expect(engine.bus.ask('test.route', { called: '1' })).toBe('there');
});

test('a plugin that fails in its set-up leaves nothing behind', async () => {
  const { engine, clock } = bench();
  const disposed: string[] = [];
  const failing = plugin('failing', (scope) => {
    scope.handle('test.route', {}, () => 'there');
    scope.every(1_000, () => undefined);
    scope.watch('*', () => disposed.push('watched'));
    scope.onDispose(() => void disposed.push('resource'));
    scope.keep(
      'kept',
      () => 5,
      (value) => void disposed.push(`kept ${value}`),
    );
    throw new Error('no such thing');
  });
  await expect(engine.install(failing)).rejects.toMatchObject({
    code: 'PLUGIN_SETUP_FAILED',
    details: { plugin: 'failing', reason: 'no such thing' },
  });
  expect(engine.bus.ask('test.route', { called: '1' })).toBeUndefined();
  expect(disposed).toEqual(['resource', 'kept 5']);
  expect(engine.plugins).toEqual([]);
  expect(clock.pending).toBe(0);
});

test('a set-up that never ends has failed after a minute', async () => {
  const { engine, clock, lines } = bench();
  let open = (): void => undefined;
  const hung = plugin('hung', async (scope) => {
    await new Promise<void>((resolve) => void (open = resolve));
    scope.handle('test.route', {}, () => 'too late');
  });
  const failed = engine.install(hung).catch((fault: unknown) => fault);
  await clock.advance(60_100);
  expect(await failed).toHaveProperty('code', 'PLUGIN_SETUP_FAILED');
  open();
  await clock.advance(1);
  expect(engine.bus.ask('test.route', { called: '1' })).toBeUndefined();
  expect(lines).toEqual(['a handler came after the plugin had ended, and was refused']);
});

test('two plugins of one name are refused, an unknown one too', async () => {
  const { engine } = bench();
  await engine.install(answering);
  await expect(engine.install(answering)).rejects.toThrow('PLUGIN_SETUP_FAILED');
  await expect(engine.reload('nobody')).rejects.toThrow('PLUGIN_UNKNOWN plugin=nobody');
  await expect(engine.remove('nobody')).rejects.toThrow('PLUGIN_UNKNOWN');
});

test('a reload swaps in one step and tells engine.reload', async () => {
  const { engine } = bench();
  const heard: unknown[] = [];
  await engine.install(answering);
  await engine.install(
    plugin('listening', (scope) => {
      scope.handle('engine.reload', {}, ({ params }) => void heard.push(params.plugin));
    }),
  );
  const reloaded = engine.reload('answering', { answer: 'second' });
  expect(engine.bus.ask('test.route', { called: '1' })).toBe('first');
  await reloaded;
  expect(engine.bus.ask('test.route', { called: '1' })).toBe('second');
  expect(engine.bus.handlersOf('test.route')).toHaveLength(1);
  expect(heard).toEqual(['answering']);
});

test('a reload that fails leaves the former set-up serving', async () => {
  const { engine } = bench();
  const heard: string[] = [];
  await engine.install(answering, { answer: 'former' });
  await engine.install(
    plugin('listening', (scope) => {
      scope.handle('engine.reload', {}, () => void heard.push('reload'));
    }),
  );
  await expect(engine.reload('answering', { answer: 'fail' })).rejects.toThrow('no such thing');
  await expect(engine.reload('answering', { anser: 'x' })).rejects.toThrow('CONFIG_INVALID');
  expect(engine.bus.ask('test.route', { called: '1' })).toBe('former');
  expect(heard).toEqual([]);
});

test('two reloads at once take turns and leave one set of handlers', async () => {
  const { engine } = bench();
  await engine.install(answering);
  await Promise.all([
    engine.reload('answering', { answer: 'second' }),
    engine.reload('answering', { answer: 'third' }),
  ]);
  expect(engine.bus.handlersOf('test.route')).toHaveLength(1);
  expect(engine.bus.ask('test.route', { called: '1' })).toBe('third');
});

test('equal priorities keep their order of installation over reloads', async () => {
  const { engine } = bench();
  const orderOf = (): readonly string[] =>
    engine.bus.handlersOf('test.route').map(({ label }) => label);
  let hasRecord = true;
  const first = plugin('first', (scope) => {
    if (hasRecord) scope.handle('test.record', {}, () => undefined);
    scope.handle('test.route', { as: 'first.a' }, () => undefined);
    scope.handle('test.route', { as: 'first.b' }, () => undefined);
  });
  await engine.install(first);
  await engine.install(
    plugin('second', (scope) => scope.handle('test.route', {}, () => undefined)),
  );
  const expected = ['first.a:100', 'first.b:100', 'second:100'];
  expect(orderOf()).toEqual(expected);
  await engine.reload('first');
  expect(orderOf()).toEqual(expected);
  hasRecord = false;
  await engine.reload('first');
  expect(orderOf()).toEqual(expected);
  await engine.reload('second');
  expect(orderOf()).toEqual(expected);
});

test('onFault is read from any section and anything else there is refused', async () => {
  const { engine } = bench();
  await engine.install(answering, { onFault: 'pass', answer: 'there' });
  expect(engine.bus.handlersOf('test.route')[0]).toHaveProperty('onFault', 'pass');
  await expect(engine.reload('answering', { onFault: 'ignore' })).rejects.toThrow(
    '[answering] onFault: expected refuse or pass, got "ignore"',
  );
});

test('plugins are taken out the last one first', async () => {
  const { engine } = bench();
  const disposed: string[] = [];
  for (const name of ['one', 'two', 'three']) {
    await engine.install(plugin(name, (scope) => scope.onDispose(() => void disposed.push(name))));
  }
  await engine.stop();
  expect(disposed).toEqual(['three', 'two', 'one']);
});

test('an engine can be held by `await using`', async () => {
  const disposed: string[] = [];
  {
    await using engine = bench().engine;
    await engine.install(
      plugin('one', (scope) => scope.onDispose(() => void disposed.push('one'))),
    );
  }
  expect(disposed).toEqual(['one']);
});
