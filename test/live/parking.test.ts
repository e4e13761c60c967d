import { describe, expect, test } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { isOver, isUp, Phones } from '../harness/phones.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';

/** Moments at which two nodes are asked for the same free orbit at once. */
const RACES = 20;

describe.skipIf(!hasNats)('an orbit of two nodes', () => {
  test('parks the first caller and joins the next one to him, from whatever node', async () => {
    await using cluster = await ProcessCluster.start({
      nodes: 2,
      conf: '[park]\nnumbers=^\\*7\\([0-9]*\\)$',
      users: ['alice', 'bob'],
    });
    await using phones = new Phones();
    const alice = await phones.at(cluster.node(1), 'alice');
    const bob = await phones.at(cluster.node(2), 'bob');

    const waiting = alice.call('*75');
    await isUp(waiting);
    const taking = bob.call('*75');
    await isUp(taking);
    // They talk to each other now: each has heard the other's description.
    await eventually(
      'alice hears of bob',
      () => waiting.remoteSdp.includes('o=') && waiting.requests.length > 0,
    );
    await taking.hangUp();
    await isOver(waiting);

    for (let race = 0; race < RACES; race++) {
      const number = `*7${100 + race}`;
      const calls = [alice.call(number), bob.call(number)];
      await Promise.all(calls.map((call) => isUp(call)));
      // One owner, whoever was asked first; another one would hold a lease of its own.
      expect(await cluster.metric('tandem_cluster_leases')).toBe(1);
      // One who leaves before they are joined leaves the other waiting: both hang up.
      await Promise.all(calls.map((call) => call.hangUp()));
      await eventually(
        'the orbit is empty',
        async () => (await cluster.metric('tandem_cluster_leases')) === 0,
      );
    }
    await eventually('no leg is left', async () => (await cluster.metric('tandem_sip_legs')) === 0);
  });
});
