import { describe, expect, test } from 'vitest';
import { eventually, pause } from '../harness/eventually.ts';
import { isOver, isRefused, isUp, Phones } from '../harness/phones.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';

describe.skipIf(!hasNats)('NATS is stopped', () => {
  test('calls within a node go on, cross-node calls live through it, new ones are refused at once', async () => {
    await using cluster = await ProcessCluster.start({
      nodes: 2,
      users: ['alice', 'bob', 'carol'],
    });
    await using phones = new Phones();
    const bob = await phones.registeredAt(cluster.node(2), 'bob');
    const carol = await phones.registeredAt(cluster.node(1), 'carol', '127.0.0.3');
    const alice = await phones.at(cluster.node(1), 'alice');
    const crossing = alice.call('bob');
    const atBob = await bob.nextCall();
    atBob.answer();
    await isUp(crossing);

    await cluster.nats.stop();
    await pause(500);

    const local = alice.call('carol');
    const atCarol = await carol.nextCall();
    atCarol.answer();
    await isUp(local);
    await local.hangUp();
    await isOver(atCarol);

    const refused = await isRefused(alice.call('bob'), 2_000);
    expect(refused.tookMs).toBeLessThan(1_000);
    expect(refused.status).toBeGreaterThanOrEqual(480);

    await pause(9_000);
    expect(crossing.ended.isOver).toBe(false);
    expect(atBob.ended.isOver).toBe(false);

    // A BYE sent meanwhile ends both sides afterwards.
    expect(await crossing.hangUp()).toBe(200);
    await cluster.nats.resume();
    await isOver(atBob, 8_000);

    // All works again without a restart.
    await eventually('the nodes are joined again', async () => await cluster.node(1).isReady());
    const again = alice.call('bob');
    const atBobAgain = await bob.nextCall();
    atBobAgain.answer();
    await isUp(again);
    await again.hangUp();
    await isOver(atBobAgain);
  });
});
