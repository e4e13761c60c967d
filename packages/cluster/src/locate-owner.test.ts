import { ClusterRig, hangup } from '@tandem/testing';
import { describe, expect, test } from 'vitest';

const question = { allocate: true, nodename: 'node1', username: '' };

async function ownerOf(
  rig: ClusterRig,
  asker: string,
  callto: string,
  allocate = true,
): Promise<unknown> {
  const { bus } = rig.node(asker).engine;
  const asked = Promise.resolve(bus.ask('cluster.locate', { ...question, callto, allocate }));
  // Owners that publish anew, and the wire between the nodes, need the clock to go on.
  await rig.pass(20);
  const answer = await asked;
  // Whether it serves is asked of its leases.
  return answer !== undefined && 'node' in answer ? { node: answer.node } : answer;
}

describe('cluster.locate', () => {
  test('gives a resource to the node with the fewest calls, and says the same at every node', async () => {
    await using rig = await ClusterRig.create(['node1', 'node2', 'node3']);
    for (const [name, count] of [
      ['node1', 3],
      ['node2', 1],
      ['node3', 2],
    ] as const) {
      rig.node(name).routeTo('1000', ['test/bob']);
      for (let n = 0; n < count; n++) rig.node(name).call('1000');
    }
    await rig.pass(1_500);
    expect(await ownerOf(rig, 'node1', 'shop/1')).toEqual({ node: 'node2' });
    for (const asker of ['node1', 'node2', 'node3']) {
      expect(await ownerOf(rig, asker, 'shop/1')).toEqual({ node: 'node2' });
    }
  });

  test('with equal load the call stays where it is', async () => {
    await using rig = await ClusterRig.create();
    expect(await ownerOf(rig, 'node2', 'shop/1')).toEqual({ node: 'node2' });
    expect(await ownerOf(rig, 'node1', 'shop/2')).toEqual({ node: 'node1' });
  });

  test('only asked, it allocates nothing', async () => {
    await using rig = await ClusterRig.create();
    expect(await ownerOf(rig, 'node1', 'shop/1', false)).toBeUndefined();
    await ownerOf(rig, 'node2', 'shop/1');
    expect(await ownerOf(rig, 'node1', 'shop/1', false)).toEqual({ node: 'node2' });
  });

  test('a node that takes no new calls gets no new resource', async () => {
    await using rig = await ClusterRig.create();
    rig.node('node1').switch.stopAccepting();
    expect(await ownerOf(rig, 'node1', 'shop/1')).toEqual({ node: 'node2' });
    rig.node('node2').mesh.membership.announce('draining');
    await rig.pass(20);
    expect(await ownerOf(rig, 'node1', 'shop/2')).toEqual({ node: 'node1' });
  });

  test('100 times two nodes ask at the same moment: always one owner', async () => {
    await using rig = await ClusterRig.create();
    for (let n = 0; n < 100; n++) {
      const [one, two] = await Promise.all([
        ownerOf(rig, 'node1', `shop/${n}`),
        ownerOf(rig, 'node2', `shop/${n}`),
      ]);
      expect(one).toEqual(two);
    }
    const held = rig.nodes.map(({ mesh }) => mesh.leases.held.length);
    expect(held[0]! + held[1]!).toBe(100);
  });

  test('a dead owner is replaced once it has missed its beats, a living one never', async () => {
    await using rig = await ClusterRig.create();
    await ownerOf(rig, 'node2', 'shop/1');
    expect(await ownerOf(rig, 'node1', 'shop/1')).toEqual({ node: 'node2' });
    rig.node('node2').kill();
    await rig.pass(1_000);
    expect(await ownerOf(rig, 'node1', 'shop/1')).toEqual({ node: 'node2' });
    await rig.pass(4_000);
    expect(await ownerOf(rig, 'node1', 'shop/1')).toEqual({ node: 'node1' });
  });

  test('the same node under another boot is not the owner any more', async () => {
    await using rig = await ClusterRig.create();
    await ownerOf(rig, 'node2', 'shop/1');
    rig.node('node2').kill();
    await rig.start(['node2']);
    expect(await ownerOf(rig, 'node1', 'shop/1')).toEqual({ node: 'node1' });
    expect(rig.node('node2').mesh.leases.isServing('shop/1')).toBe(false);
  });

  test('a node that has just come takes nothing from an owner it has not heard yet', async () => {
    await using rig = await ClusterRig.create();
    await ownerOf(rig, 'node2', 'shop/1');
    const before = rig.node('node2').mesh.leases.held;
    const starting = rig.start(['node3']);
    await rig.pass(300);
    const asked = ownerOf(rig, 'node3', 'shop/1');
    await starting;
    expect(await asked).toEqual({ node: 'node2' });
    expect(rig.node('node2').mesh.leases.held).toEqual(before);
  });

  test('an owner that is cut off stops serving before others may take it, and learns that it was taken', async () => {
    await using rig = await ClusterRig.create();
    await ownerOf(rig, 'node2', 'shop/1');
    await rig.pass(1_100);
    const [node1, node2] = [rig.node('node1'), rig.node('node2')];
    expect(node2.mesh.leases.isServing('shop/1')).toBe(true);
    const lost: string[] = [];
    node2.mesh.leases.onLost((key) => void lost.push(key));
    node2.cut();
    expect(node2.mesh.leases.isServing('shop/1')).toBe(false);
    await rig.pass(5_000);
    expect(await ownerOf(rig, 'node1', 'shop/1')).toEqual({ node: 'node1' });
    node2.mend();
    await rig.pass(2_000);
    expect(lost).toEqual(['shop/1']);
    expect([node1, node2].map(({ mesh }) => mesh.leases.isServing('shop/1'))).toEqual([
      true,
      false,
    ]);
  });

  test('without a connection nothing is allocated, and the call is refused', async () => {
    await using rig = await ClusterRig.create();
    rig.node('node1').routeTo('7', ['cluster/*/shop/1']);
    rig.cut();
    await rig.pass(50);
    const caller = rig.node('node1').call('7');
    await rig.pass(50);
    expect(caller.lastOf('failed')).toMatchObject({ status: 503 });
    caller.tell(hangup('caller'));
  });
});
