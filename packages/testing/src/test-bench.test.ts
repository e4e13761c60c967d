import { type Ask, definePlugin, list, z } from '@tandem/engine';
import { expect, test } from 'vitest';
import { testBench } from './test-bench.ts';

declare module '@tandem/engine' {
  interface MessageMap {
    'bench.dial': Ask<{ called: string }, string>;
  }
}

/** The plugin of the manual: bars prefixes, and says hello each minute. */
const barring = definePlugin({
  name: 'barring',
  config: z.object({
    prefixes: list(z.string()).default([]),
    priority: z.coerce.number().int().default(55),
  }),
  setup(scope, { prefixes, priority }) {
    scope.handle('bench.dial', { priority }, ({ params }) => {
      const hit = prefixes.find((prefix) => params.called.startsWith(prefix));
      return hit === undefined ? undefined : `prefix ${hit} is barred`;
    });
    scope.every(60_000, () => scope.log.info('still barring', { prefixes }));
  },
});

test('a plugin is set up with its section and asked over the bus', async () => {
  await using bench = await testBench(barring, { prefixes: '0900, 0190' });
  expect(bench.bus.ask('bench.dial', { called: '0900123' })).toBe('prefix 0900 is barred');
  expect(bench.bus.ask('bench.dial', { called: '4930' })).toBeUndefined();
  expect(bench.bus.handlersOf('bench.dial')[0]).toHaveProperty('label', 'barring:55');
});

test('the clock is turned, and the log kept with the plugin’s name', async () => {
  await using bench = await testBench(barring);
  await bench.clock.advance(60_100);
  expect(bench.lines).toEqual([
    { level: 'info', text: 'still barring', fields: { plugin: 'barring', prefixes: [] } },
  ]);
});

test('a reload takes a new section, and a wrong one leaves the former serving', async () => {
  await using bench = await testBench(barring, { prefixes: '0900' });
  await bench.reload({ prefixes: '0190' });
  expect(bench.bus.ask('bench.dial', { called: '0900123' })).toBeUndefined();
  await expect(bench.reload({ prefix: '0900' })).rejects.toThrow('did you mean "prefixes"?');
  expect(bench.bus.ask('bench.dial', { called: '0190' })).toBe('prefix 0190 is barred');
});

test('other plugins stand beside it in their order', async () => {
  await using bench = await testBench(barring, { prefixes: '0900' });
  const dialler = definePlugin({
    name: 'dialler',
    setup: (scope) => scope.handle('bench.dial', {}, ({ params }) => `dials ${params.called}`),
  });
  await bench.install(dialler);
  expect(bench.bus.ask('bench.dial', { called: '0900' })).toBe('prefix 0900 is barred');
  expect(bench.bus.ask('bench.dial', { called: '4930' })).toBe('dials 4930');
});

test('nothing is left when the bench is put away', async () => {
  const bench = await testBench(barring);
  const { bus, clock, engine } = bench;
  await bench[Symbol.asyncDispose]();
  await clock.advance(100);
  expect(bus.handledNames).toEqual([]);
  expect(engine.wheel.size).toBe(0);
  expect(clock.pending).toBe(0);
});
