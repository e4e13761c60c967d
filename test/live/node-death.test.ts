import { describe, expect, test } from 'vitest';
import { isOver, isRefused, isUp, Phones, rings } from '../harness/phones.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';

describe.skipIf(!hasNats)('node2 is killed', () => {
  test('while its phone rings: the caller has a final answer within 4 s', async () => {
    await using cluster = await ProcessCluster.start({ nodes: 2, users: ['alice', 'bob'] });
    await using phones = new Phones();
    const bob = await phones.registeredAt(cluster.node(2), 'bob');
    const alice = await phones.at(cluster.node(1), 'alice');
    const call = alice.call('bob');
    (await bob.nextCall()).ring();
    await rings(call);
    await cluster.node(2).kill();
    const { status } = await isRefused(call, 4_500);
    expect(status).toBe(480);

    // A new call to that phone is refused at once, not after 32 s.
    const again = await isRefused(alice.call('bob'), 1_500);
    expect(again.status).toBe(480);
    expect(again.tookMs).toBeLessThan(1_000);
  });

  test('in a call: the other side gets BYE within 5 s', async () => {
    await using cluster = await ProcessCluster.start({ nodes: 2, users: ['alice', 'bob'] });
    await using phones = new Phones();
    const bob = await phones.registeredAt(cluster.node(2), 'bob');
    const alice = await phones.at(cluster.node(1), 'alice');
    const call = alice.call('bob');
    (await bob.nextCall()).answer();
    await isUp(call);
    await cluster.node(2).kill();
    await isOver(call, 5_500);

    // Started again it is the same node to everyone, and its phone is there once it registers.
    await cluster.node(2).start();
    await bob.register();
    const next = alice.call('bob');
    (await bob.nextCall()).answer();
    await isUp(next);
    await next.hangUp();
  });
});
