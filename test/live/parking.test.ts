import type { PhoneCall } from '@tandem/testing';
import { describe, test } from 'vitest';
import { eventually, pause } from '../harness/eventually.ts';
import { isOver, isUp, Phones } from '../harness/phones.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';

/** Moments at which two nodes are asked for the same free orbit at once. */
const RACES = 20;
/** From the last answer of a join until everybody knows it, ms. */
const JOIN_MS = 250;

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
    await areJoined([waiting, taking]);
    await taking.hangUp();
    await isOver(waiting);

    for (let race = 0; race < RACES; race++) {
      const number = `*7${100 + race}`;
      const calls = [alice.call(number), bob.call(number)];
      await Promise.all(calls.map((call) => isUp(call)));
      // With two owners each of them would wait in an orbit of his own for ever.
      await areJoined(calls);
      await calls[0]!.hangUp();
      await isOver(calls[1]!);
    }
    await eventually('no leg is left', async () => (await cluster.metric('tandem_sip_legs')) === 0);
    await eventually(
      'no lease is left',
      async () => (await cluster.metric('tandem_cluster_leases')) === 0,
    );
  });
});

/** Both have been asked to change their session: the one for his offer, the other with it. */
async function areJoined(calls: readonly PhoneCall[]): Promise<void> {
  await eventually('they are joined', () => calls.every(({ requests }) => requests.length > 0));
  await pause(JOIN_MS);
}
