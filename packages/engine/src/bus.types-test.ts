import { z } from 'zod';
import type { Bus } from './bus.ts';
import { definePlugin } from './plugin.ts';
import type { Scope } from './scope.ts';

/* Code that must not compile: each line below an expect-error is a mistake an author makes. */

/** Mistakes of a sender. */
export function senders(bus: Bus): unknown[] {
  return [
    // @ts-expect-error No message has that name.
    bus.ask('test.rout', { called: '1' }),
    // @ts-expect-error A notice cannot be asked.
    bus.ask('test.record', { called: '1' }),
    // @ts-expect-error A question cannot be told: its answer would be lost.
    bus.tell('test.route', { called: '1' }),
    // @ts-expect-error A question is not a survey.
    bus.gather('test.route', { called: '1' }),
    // @ts-expect-error The param `called` is missing.
    bus.ask('test.route', {}),
    // @ts-expect-error `called` is text.
    bus.ask('test.route', { called: 1 }),
    // @ts-expect-error A fact has the type its package gave it.
    bus.ask('test.route', { called: '1' }, { facts: { tenant: 'acme' } }),
    // @ts-expect-error No package has declared that fact.
    bus.declareFact('tenent', { crosses: true }),
  ];
}

/** Mistakes of a handler. */
export function handlers(scope: Scope): void {
  // @ts-expect-error No message has that name.
  scope.handle('test.rout', {}, () => undefined);
  // @ts-expect-error A filter names params of its message.
  scope.handle('test.route', { where: { caled: '1' } }, () => undefined);
  // @ts-expect-error A filter holds texts, numbers, flags and patterns.
  scope.handle('test.route', { where: { called: { is: '1' } } }, () => undefined);
  // @ts-expect-error A notice has no answer.
  scope.handle('test.record', {}, () => 'mine');
  // @ts-expect-error Nor later.
  scope.handle('test.record', {}, async () => 'mine');
  // @ts-expect-error The answer of test.route is text or a refusal.
  scope.handle('test.route', {}, () => 5);
  // @ts-expect-error Later, too.
  scope.handle('test.route', {}, async () => 5);
  // @ts-expect-error No such refusal.
  scope.handle('test.route', {}, () => ({ refused: 'never' }));
  // @ts-expect-error The answer of one handler of a survey is a number.
  scope.handle('test.survey', {}, () => 'five');

  scope.handle('test.route', {}, (message) => {
    // @ts-expect-error Params are written by `change` alone.
    message.params.called = '2';
    // @ts-expect-error A change keeps the types.
    message.change({ called: 2 });
    // @ts-expect-error A change knows the names.
    message.change({ caled: '2' });
    // @ts-expect-error Facts are typed by their package.
    return message.facts.tenant?.nam;
  });
}

/** Mistakes of a plugin with its section. */
export const plugin = definePlugin({
  name: 'test',
  config: z.object({ limit: z.coerce.number() }),
  setup(scope, config) {
    // @ts-expect-error `limit` is a number, whatever the file says.
    scope.log.info(config.limit);
    // @ts-expect-error The section has no such key.
    scope.log.info(config.limt);
  },
});

/** What must compile: silence, answers now and later, and any answer of a union. */
export function fitting(scope: Scope): void {
  scope.handle('test.route', {}, () => undefined);
  scope.handle('test.route', {}, ({ params }) => params.called);
  scope.handle('test.route', {}, async ({ params }) => {
    if (params.called === '') return { refused: 'forbidden' };
    return params.hops === undefined ? undefined : params.called;
  });
  scope.handle('test.record', {}, () => {});
  scope.handle('test.record', {}, async () => {});
  scope.handle('test.survey', { where: { called: [/^1/, '2'] } }, () => 5);
  scope.handle('test.route', { where: { caller: { not: ['1', /2/] }, hops: 3 } }, () => undefined);
}
