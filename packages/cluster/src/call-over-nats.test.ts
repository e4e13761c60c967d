import { silentLog, systemClock } from '@tandem/engine';
import { NatsTransport } from '@tandem/mesh';
import {
  answered,
  ClusterNode,
  gone,
  hangup,
  NatsServer,
  type NodeGround,
  progress,
} from '@tandem/testing';
import { afterEach, expect, test } from 'vitest';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function until(holds: () => boolean, timeoutMs = 8_000): Promise<number> {
  const startedMs = performance.now();
  while (!holds()) {
    if (performance.now() > startedMs + timeoutMs)
      throw new Error('it did not come to pass in time');
    await new Promise<void>((resolve) => void setTimeout(resolve, 10));
  }
  return performance.now() - startedMs;
}

/** Two nodes at a real server, which sees each other. */
async function start() {
  const server = await NatsServer.start();
  closers.push(() => server[Symbol.asyncDispose]());
  const ground: NodeGround = {
    clock: systemClock,
    wire: (name) => {
      const transport = new NatsTransport({
        servers: [server.url],
        name,
        log: silentLog,
        clock: systemClock,
      });
      return Object.assign(transport, { cut() {}, mend() {}, isFrozen: false });
    },
  };
  const nodes = await Promise.all(
    ['node1', 'node2'].map((node) => ClusterNode.create(ground, { node, boot: `${node}x` }, {})),
  );
  const [node1, node2] = nodes as [ClusterNode, ClusterNode];
  for (const node of nodes) closers.push(() => node.stop());
  await Promise.all(nodes.map((node) => node.start()));
  await until(() => node1.mesh.membership.find('node2')?.state === 'up');
  node1.routeTo('1000', ['cluster/node2/test/bob']);
  return { server, node1, node2 };
}

test('a call outlives a NATS server that is stopped and started, and a BYE said meanwhile ends both sides', async () => {
  const { server, node1, node2 } = await start();
  const caller = node1.call('1000');
  await until(() => node2.legs.length === 1);
  const bob = node2.phone('bob');
  bob.tell(progress('t'));
  bob.tell(answered('t'));
  await until(() => caller.lastOf('answered') !== undefined);

  await server.stop();
  await until(() => node1.mesh.state === 'down' && node2.mesh.state === 'down');
  const refused = node1.call('1000');
  expect(await until(() => refused.lastOf('failed') !== undefined)).toBeLessThan(1_000);
  expect(refused.lastOf('failed')).toMatchObject({ status: 503 });
  await new Promise<void>((resolve) => void setTimeout(resolve, 1_500));
  bob.tell(hangup('callee'));
  bob.tell(gone());
  expect(caller.lastOf('hangup')).toBeUndefined();

  await server.resume();
  await until(() => caller.lastOf('hangup') !== undefined);
  expect(caller.lastOf('hangup')).toMatchObject({ by: 'callee', q850: 16 });
  expect(caller.lastOf('hangup')?.agoMs ?? 0).toBeGreaterThan(0);

  await until(() => node1.mesh.state === 'up' && node2.mesh.state === 'up');
  const again = node1.call('1000');
  await until(() => node2.legs.length === 2);
  node2.phone('bob').tell(answered('t'));
  await until(() => again.lastOf('answered') !== undefined);
  again.tell(hangup('caller'));
  await until(() => node2.phone('bob').lastOf('hangup') !== undefined);
});
