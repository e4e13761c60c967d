import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import {
  type Ask,
  Engine,
  type Gather,
  isFault,
  silentLog,
  systemClock,
  type Tell,
} from '@tandem/engine';
import {
  escapePart,
  MemoryHub,
  Mesh,
  natsConfig,
  NatsTransport,
  type Transport,
  unescapePart,
} from '@tandem/mesh';
import { freePort, NatsServer } from '@tandem/testing';
import { afterEach, describe, expect, test } from 'vitest';

declare module '@tandem/engine' {
  interface MessageMap {
    'mesh.ask': Ask<{ readonly text: string }, { readonly said: string }>;
    'mesh.tell': Tell<{ readonly n: number }>;
    'mesh.gather': Gather<{ readonly size: number }, string>;
  }
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface World {
  transport(name: string): Transport;
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** The server forgets its buckets. */
  loseBuckets(): Promise<void>;
}

async function natsWorld(): Promise<World> {
  const server = await NatsServer.start();
  closers.push(() => server[Symbol.asyncDispose]());
  return {
    transport: (name) =>
      new NatsTransport({ servers: [server.url], name, log: silentLog, clock: systemClock }),
    cut: () => server.stop(),
    mend: () => server.resume(),
    loseBuckets: async () => {
      const connection = await connect({ servers: server.url });
      await (await jetstreamManager(connection)).streams.delete('KV_tandem-leases');
      await connection.close();
    },
  };
}

async function memoryWorld(): Promise<World> {
  const hub = new MemoryHub();
  const wires: ReturnType<MemoryHub['transport']>[] = [];
  return {
    transport: () => {
      const wire = hub.transport();
      wires.push(wire);
      return wire;
    },
    cut: async () => wires.forEach((wire) => wire.cut()),
    mend: async () => wires.forEach((wire) => wire.mend()),
    loseBuckets: async () => hub.loseBuckets(),
  };
}

async function startNode(
  world: World,
  node: string,
  boot = `${node}x1`,
): Promise<{ engine: Engine; mesh: Mesh }> {
  const engine = new Engine({ node });
  const mesh = new Mesh({
    engine,
    config: natsConfig.parse({}),
    identity: { node, boot },
    version: 'test',
    addresses: () => [],
    calls: () => 0,
    transport: world.transport(node),
  });
  closers.push(() => mesh.stop());
  await mesh.start();
  mesh.membership.announce('up');
  return { engine, mesh };
}

/** What a question fails with. */
async function faultOf(ask: () => unknown): Promise<unknown> {
  try {
    await ask();
  } catch (fault) {
    return fault;
  }
  return undefined;
}

async function until(holds: () => boolean, timeoutMs = 8_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not come to pass in time');
    await new Promise<void>((resolve) => void setTimeout(resolve, 10));
  }
}

describe.each([
  ['memory', memoryWorld],
  ['NATS', natsWorld],
])('the mesh over %s', (_name, makeWorld) => {
  test('a question to another node brings back its answer and what its handlers changed', async () => {
    const world = await makeWorld();
    const a = await startNode(world, 'a');
    const b = await startNode(world, 'node.with dots');
    b.engine.bus.replace([], []);
    await b.engine.install({
      name: 'p',
      config: natsConfig.pick({}),
      setup: (scope) => {
        scope.handle('mesh.ask', {}, (message) => {
          message.change({ text: 'changed' });
          return { said: `${message.from} ${message.getExtra('x')}` };
        });
      },
    });
    const message = a.engine.bus.message('mesh.ask', { text: 'hello' }, { extra: [['x', '1']] });
    const answer = await a.engine.bus.askMessage(message, { to: 'node.with dots' });
    expect(answer).toEqual({ said: 'a 1' });
    expect(message.params.text).toBe('changed');
  });

  test('a node that is not there is known within milliseconds, a fault there is told', async () => {
    const world = await makeWorld();
    const a = await startNode(world, 'a');
    const b = await startNode(world, 'b');
    const nobody = await faultOf(() =>
      a.engine.bus.ask('mesh.ask', { text: '' }, { to: 'c', timeoutMs: 60_000 }),
    );
    expect(isFault(nobody, 'MESH_NODE_UNREACHABLE')).toBe(true);
    const former = await faultOf(() =>
      a.engine.bus.ask(
        'mesh.ask',
        { text: '' },
        { to: { node: 'b', boot: 'old' }, timeoutMs: 60_000 },
      ),
    );
    expect(isFault(former, 'MESH_NODE_UNREACHABLE')).toBe(true);
    await b.engine.install({
      name: 'p',
      config: natsConfig.pick({}),
      setup: (scope) => {
        scope.handle('mesh.ask', {}, () => {
          throw new Error('broken');
        });
      },
    });
    const failed = await faultOf(() => a.engine.bus.ask('mesh.ask', { text: '' }, { to: 'b' }));
    expect(isFault(failed, 'MESH_NODE_FAILED')).toBe(true);
    expect(String(failed)).toContain('broken');
  });

  test('what one node tells another arrives in order', async () => {
    const world = await makeWorld();
    const a = await startNode(world, 'a');
    const b = await startNode(world, 'b');
    const heard: number[] = [];
    await b.engine.install({
      name: 'p',
      config: natsConfig.pick({}),
      setup: (scope) => scope.handle('mesh.tell', {}, ({ params }) => void heard.push(params.n)),
    });
    for (let n = 0; n < 500; n++) await a.engine.bus.tell('mesh.tell', { n }, { to: 'b' });
    await until(() => heard.length === 500);
    expect(heard).toEqual(Array.from({ length: 500 }, (_, n) => n));
  });

  test('a survey brings long answers of all nodes and names those that keep silent', async () => {
    const world = await makeWorld();
    const a = await startNode(world, 'a');
    const b = await startNode(world, 'b');
    const c = await startNode(world, 'c');
    for (const { engine } of [a, b]) {
      await engine.install({
        name: 'p',
        config: natsConfig.pick({}),
        setup: (scope) =>
          scope.handle('mesh.gather', {}, ({ params }) => engine.bus.node.repeat(params.size)),
      });
    }
    await c.engine.install({
      name: 'p',
      config: natsConfig.pick({}),
      setup: (scope) => scope.handle('mesh.gather', {}, () => new Promise<string>(() => undefined)),
    });
    await until(() => a.mesh.membership.peers.length === 2);
    const { answers, unanswered } = await a.engine.bus.gather(
      'mesh.gather',
      { size: 700_000 },
      { to: '*', timeoutMs: 1_000 },
    );
    expect(answers.map(({ node, answer }) => [node, answer.length])).toEqual([
      ['a', 700_000],
      ['b', 700_000],
    ]);
    expect(unanswered).toEqual(['c']);
  });

  test('cut off, a node fails fast and passes no verdict; mended, all works again', async () => {
    const world = await makeWorld();
    const a = await startNode(world, 'a');
    const b = await startNode(world, 'b');
    await b.engine.install({
      name: 'p',
      config: natsConfig.pick({}),
      setup: (scope) => scope.handle('mesh.ask', {}, () => ({ said: 'here' })),
    });
    await until(() => a.mesh.membership.find('b')?.state === 'up');
    await world.cut();
    await until(() => !a.mesh.membership.isConnected);
    const refused = await faultOf(() => a.engine.bus.ask('mesh.ask', { text: '' }, { to: 'b' }));
    expect(isFault(refused, 'MESH_UNREACHABLE')).toBe(true);
    expect(a.mesh.membership.find('b')?.state).toBe('up');
    await world.mend();
    await until(() => a.mesh.membership.isConnected && b.mesh.membership.isConnected);
    expect(await a.engine.bus.ask('mesh.ask', { text: '' }, { to: 'b' })).toEqual({ said: 'here' });
  });

  test('a node that says bye is dead at once, one that falls silent after three beats', async () => {
    const world = await makeWorld();
    const a = await startNode(world, 'a');
    const b = await startNode(world, 'b');
    const c = await startNode(world, 'c');
    await until(() => a.mesh.membership.peers.length === 2);
    await b.mesh.stop();
    await until(() => a.mesh.membership.find('b')?.state === 'dead', 500);
    c.engine.wheel.start = () => undefined;
    await until(() => a.mesh.membership.find('c')?.state === 'dead', 5_000);
  });

  test('a second node of the same name is refused, and nobody takes the first one for dead', async () => {
    const world = await makeWorld();
    await startNode(world, 'a', 'first');
    const b = await startNode(world, 'b');
    await until(() => b.mesh.membership.find('a')?.state === 'up');
    const seen: string[] = [];
    b.mesh.membership.onChange((change) => {
      if (change.kind === 'peer') seen.push(`${change.peer.boot} ${change.peer.state}`);
    });
    const second = await startNode(world, 'a', 'second').catch((fault: unknown) => fault);
    expect(isFault(second, 'MESH_NAME_TAKEN')).toBe(true);
    for (const close of closers.splice(-1)) await close();
    await until(() => b.mesh.membership.find('a')?.boot === 'first');
    expect(seen).toEqual([]);
  });

  test('two nodes ask for the same resource at the same moment: always one owner', async () => {
    const world = await makeWorld();
    const a = await startNode(world, 'a');
    const b = await startNode(world, 'b');
    await until(
      () =>
        a.mesh.membership.find('b')?.state === 'up' && b.mesh.membership.find('a')?.state === 'up',
    );
    for (let round = 0; round < 100; round++) {
      const key = `park/${round}`;
      const [x, y] = await Promise.all([
        a.mesh.leases.allocate(key, a.mesh.membership.self),
        b.mesh.leases.allocate(key, b.mesh.membership.self),
      ]);
      expect(`${x.node} ${x.revision}`).toBe(`${y.node} ${y.revision}`);
    }
    await until(() => a.mesh.leases.held.length + b.mesh.leases.held.length === 100);
  });

  test('after the bucket was lost owners publish anew, before even a newcomer may allocate', async () => {
    const world = await makeWorld();
    const a = await startNode(world, 'a');
    const b = await startNode(world, 'b');
    await until(() => a.mesh.membership.peers.length === 1 && b.mesh.membership.peers.length === 1);
    await a.mesh.leases.allocate('park/1', a.mesh.membership.self);
    await until(
      () => a.mesh.leases.isServing('park/1') && b.mesh.leases.find('park/1') !== undefined,
    );
    await world.loseBuckets();
    const c = await startNode(world, 'c');
    const [byB, byC] = await Promise.all([
      b.mesh.leases.allocate('park/1', b.mesh.membership.self),
      c.mesh.leases.allocate('park/1', c.mesh.membership.self),
    ]);
    expect([byB.node, byC.node]).toEqual(['a', 'a']);
    await until(() => a.mesh.leases.isServing('park/1'));
    const fresh = await b.mesh.leases.allocate('park/2', b.mesh.membership.self);
    expect(fresh.node).toBe('b');
  });

  test("a dead owner's resource goes to another node, a living one's does not", async () => {
    const world = await makeWorld();
    const a = await startNode(world, 'a');
    const b = await startNode(world, 'b');
    await until(
      () =>
        a.mesh.membership.find('b')?.state === 'up' && b.mesh.membership.find('a')?.state === 'up',
    );
    await b.mesh.leases.allocate('park/7', b.mesh.membership.self);
    expect((await a.mesh.leases.allocate('park/7', a.mesh.membership.self)).node).toBe('b');
    await b.mesh.stop();
    await until(() => a.mesh.membership.find('b')?.state === 'dead');
    expect((await a.mesh.leases.allocate('park/7', a.mesh.membership.self)).node).toBe('a');
    await until(() => a.mesh.leases.isServing('park/7'));
    await a.mesh.leases.release('park/7');
    expect(a.mesh.leases.find('park/7')).toBeUndefined();
  });
});

test('without a server NATS is said to be absent, and found when it comes', async () => {
  const port = await freePort();
  const engine = new Engine({ node: 'a' });
  const mesh = new Mesh({
    engine,
    config: natsConfig.parse({ servers: `127.0.0.1:${port}` }),
    identity: { node: 'a', boot: 'x' },
    version: 'test',
    addresses: () => [],
    calls: () => 0,
  });
  closers.push(() => mesh.stop());
  await mesh.start();
  expect(mesh.state).toBe('down');
  const server = await NatsServer.start('', undefined, port);
  closers.push(() => server[Symbol.asyncDispose]());
  await until(() => mesh.state === 'up');
});

test('a subject part is any name, and comes back', () => {
  for (const name of ['node1', 'a.b', 'x y', '*', '>', 'é=', 'node=2e=']) {
    expect(escapePart(name)).toMatch(/^[A-Za-z0-9_=-]+$/);
    expect(unescapePart(escapePart(name))).toBe(name);
  }
});
