import { Engine, definePlugin, type Log, type LogFields, silentLog } from '@tandem/engine';
import { expect, test } from 'vitest';
import { callFields } from './call-fields.ts';

test('a handler that fails in a call is told of with the id of the call', async () => {
  const lines: LogFields[] = [];
  const log: Log = {
    ...silentLog,
    error: (text, fields = {}) => void lines.push({ ...fields, text }),
    with: () => log,
  };
  await using engine = new Engine({ node: 'n1', log, logFieldsOf: callFields });
  await engine.install(
    definePlugin({
      name: 'broken',
      setup: (scope) =>
        scope.handle('call.media', {}, () => {
          throw new Error('no anchor');
        }),
    }),
  );
  const params = { billid: 'n1-b-7' } as never;
  await expect(
    Promise.resolve().then(() => engine.bus.ask('call.media', params)),
  ).rejects.toThrow();
  expect(lines).toMatchObject([
    { text: 'a handler failed', call: 'n1-b-7', message: 'call.media', plugin: 'broken' },
  ]);
  // What is about no call says nothing of one.
  expect(callFields(engine.bus.message('node.status', {}))).toEqual({});
});
