import { expect, test } from 'vitest';
import type { Bus } from './bus.ts';
import { Engine } from './engine.ts';
import { TandemError } from './fault.ts';
import { ManualClock } from './manual-clock.ts';
import type { MaybePromise } from './message-map.ts';
import { definePlugin } from './plugin.ts';
import type { Destination, Remote, RemoteAnswer, RemoteGathered, RemoteMessage } from './remote.ts';
import type { Scope } from './scope.ts';
import { describeNote, Trail } from './trail.ts';

/** A mesh of buses in one process; what crosses is JSON, as it is between real nodes. */
class Wire implements Remote {
  readonly sent: string[] = [];
  readonly silent = new Set<string>();

  constructor(
    readonly own: string,
    readonly buses: ReadonlyMap<string, Bus>,
  ) {}

  async ask(to: Destination, message: RemoteMessage): Promise<RemoteAnswer> {
    this.sent.push(JSON.stringify(message));
    return copy(await this.#bus(to).receiver.ask(this.own, copy(message)));
  }

  tell(to: Destination, message: RemoteMessage): void {
    void this.#bus(to).receiver.tell(this.own, copy(message));
  }

  async gather(message: RemoteMessage): Promise<RemoteGathered> {
    const answers: { node: string; answer: unknown }[] = [];
    for (const [node, bus] of this.buses) {
      if (node === this.own || this.silent.has(node)) continue;
      const given = await bus.receiver.gather(this.own, copy(message));
      answers.push(...given.map((answer) => ({ node, answer })));
    }
    return { answers, unanswered: [...this.silent] };
  }

  #bus(to: Destination): Bus {
    const bus = this.buses.get(to.node);
    if (!bus) throw new TandemError('BUS_NO_MESH', { node: to.node });
    return bus;
  }
}

function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

interface Pair {
  readonly here: Engine;
  readonly there: Engine;
  readonly wire: Wire;
}

/** Two nodes that reach each other; `setup` is the plugin of the far one. */
async function pair(setup: (scope: Scope) => void): Promise<Pair> {
  const clock = new ManualClock();
  const here = new Engine({ node: 'node1', clock });
  const there = new Engine({ node: 'node2', clock });
  const buses = new Map([here, there].map(({ bus }) => [bus.node, bus]));
  const wire = new Wire('node1', buses);
  here.bus.connect(wire);
  there.bus.connect(new Wire('node2', buses));
  await there.install(definePlugin({ name: 'far', setup }));
  return { here, there, wire };
}

test('a question is answered by the node it is put to, and its params come back', async () => {
  const { here } = await pair((scope) => {
    scope.handle('test.route', {}, (message) => {
      message.change({ called: '2' });
      message.setExtra('x-node', `${message.from} asked ${scope.node}`);
      return 'there';
    });
  });
  const message = here.bus.message('test.route', { called: '1' }, { extra: [['x-a', '1']] });
  expect(await here.bus.askMessage(message, { to: 'node2' })).toBe('there');
  expect(message.params.called).toBe('2');
  expect(message.extra).toEqual([
    ['x-a', '1'],
    ['x-node', 'node1 asked node2'],
  ]);
});

test('the steps of the other node join the call’s trail, with its name', async () => {
  const { here } = await pair((scope) => scope.handle('test.route', {}, () => 'there'));
  const trail = new Trail();
  await here.bus.ask('test.route', { called: '1' }, { to: 'node2', trail });
  expect(trail.steps.map(({ node, labels }) => [node, labels])).toEqual([
    [undefined, ['@node2:0']],
    ['node2', ['far:100']],
  ]);
  expect(trail.steps[0]!.notes?.map(({ kind }) => kind)).toEqual(['waited']);
});

test('a message to this node by name does not leave it', async () => {
  const { here, wire } = await pair(() => undefined);
  await here.install(
    definePlugin({
      name: 'near',
      setup: (scope) => scope.handle('test.route', {}, () => 'here'),
    }),
  );
  expect(here.bus.ask('test.route', { called: '1' }, { to: 'node1' })).toBe('here');
  expect(here.bus.ask('test.route', { called: '1' }, { to: { node: 'node1' } })).toBe('here');
  expect(wire.sent).toEqual([]);
});

test('a fault of the other node refuses the question here and is in the trail', async () => {
  const { here } = await pair((scope) => {
    scope.handle('test.route', {}, () => {
      throw new Error('broken');
    });
  });
  const trail = new Trail();
  const asked = here.bus.ask('test.route', { called: '1' }, { to: 'node2', trail });
  await expect(asked).rejects.toThrow('BUS_HANDLER_FAULT');
  const [step] = trail.steps;
  expect(describeNote(step!, step!.notes![0]!)).toContain('@node2:0 threw BUS_HANDLER_FAULT');
});

test('a node that stands alone says so', async () => {
  const alone = new Engine({ node: 'node1', clock: new ManualClock() });
  await expect(alone.bus.ask('test.route', { called: '1' }, { to: 'node2' })).rejects.toThrow(
    'BUS_NO_MESH',
  );
  expect(() => alone.bus.tell('test.record', { called: '1' }, { to: 'node2' })).toThrow(
    'BUS_NO_MESH',
  );
});

test('only facts that were declared to cross do, and only such are believed', async () => {
  const seen: unknown[] = [];
  const { here, there, wire } = await pair((scope) => {
    scope.declareFact('tenant', { crosses: true });
    scope.handle('test.route', {}, ({ facts }) => void seen.push(facts));
  });
  const facts = { tenant: { name: 'acme' }, secret: { key: 'k' } };
  const ask = (): MaybePromise<unknown> =>
    here.bus.ask('test.route', { called: '1' }, { to: 'node2', facts });
  await ask();
  here.bus.declareFact('tenant', { crosses: true });
  here.bus.declareFact('secret', { crosses: true });
  await ask();
  expect(wire.sent.map((text) => (JSON.parse(text) as { facts: unknown }).facts)).toEqual([
    {},
    facts,
  ]);
  expect(seen).toEqual([{}, { tenant: { name: 'acme' } }]);
  await there.reload('far');
  await ask();
  expect(seen[2]).toEqual({ tenant: { name: 'acme' } });
});

test('a notice to another node is told there', async () => {
  const heard: string[] = [];
  const { here } = await pair((scope) => {
    scope.handle('test.record', {}, ({ params, from }) => {
      heard.push(`${params.called} from ${from}`);
    });
  });
  expect(await here.bus.tell('test.record', { called: '1' }, { to: 'node2' })).toEqual([]);
  await Promise.resolve();
  expect(heard).toEqual(['1 from node1']);
});

test('a survey over all nodes names those that did not answer', async () => {
  const { here, wire } = await pair((scope) => scope.handle('test.survey', {}, () => 2));
  await here.install(
    definePlugin({ name: 'near', setup: (scope) => scope.handle('test.survey', {}, () => 1) }),
  );
  wire.silent.add('node3');
  expect(await here.bus.gather('test.survey', { called: '' }, { to: '*' })).toEqual({
    answers: [
      { node: 'node1', answer: 1 },
      { node: 'node2', answer: 2 },
    ],
    unanswered: ['node3'],
    faults: [],
  });
  const own = await here.bus.gather('test.survey', { called: '' });
  expect(own.answers).toEqual([{ node: 'node1', answer: 1 }]);
});

test('a survey that the mesh fails is this node’s own, with the fault', async () => {
  const { here, wire } = await pair(() => undefined);
  const fault = new Error('cut off');
  wire.gather = () => Promise.reject(fault);
  const gathered = await here.bus.gather('test.survey', { called: '' }, { to: '*' });
  expect(gathered).toEqual({ answers: [], unanswered: [], faults: [fault] });
});

test('nodes that ask each other without end are refused', async () => {
  const { here, there } = await pair((scope) => {
    scope.handle('test.route', {}, (parent) =>
      scope.bus.ask('test.route', parent.params, { parent, to: 'node1' }),
    );
  });
  await here.install(
    definePlugin({
      name: 'near',
      setup: (scope) =>
        scope.handle('test.route', {}, (parent) =>
          scope.bus.ask('test.route', parent.params, { parent, to: 'node2' }),
        ),
    }),
  );
  await expect(here.bus.ask('test.route', { called: '1' })).rejects.toThrow('BUS_HANDLER_FAULT');
  expect(there.wheel.size).toBe(0);
});

test('what another node sends without its optional parts is read all the same', async () => {
  const { there } = await pair((scope) => {
    scope.handle(
      'test.route',
      {},
      ({ extra, facts, trail }) =>
        `${extra.length} ${Object.keys(facts).length} ${trail?.steps.length}`,
    );
  });
  const remote = { name: 'test.route', params: { called: '1' } };
  const answer = await there.bus.receiver.ask('node1', remote as never);
  expect(answer.answer).toBe('0 0 1');
});
