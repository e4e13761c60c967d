import { type Phone, type SipCluster, startCluster } from '@tandem/testing';
import { describe, expect, test } from 'vitest';
import { aliceAndBob, dial, hangUp, ring, ways } from './connect.ts';

/** Bob has a phone at node2 and one at node3; Alice calls him through node1. */
async function bobTwice(
  cluster: SipCluster,
): Promise<{ alice: Phone; first: Phone; second: Phone }> {
  const first = await cluster.registered('node2', 'bob');
  const second = await cluster.registered('node3', 'bob');
  return { alice: await cluster.phone('node1', 'alice'), first, second };
}

async function bothHaveIt(cluster: SipCluster, ...phones: readonly Phone[]): Promise<void> {
  await cluster.until('both phones have the call', () =>
    phones.every(({ calls }) => calls.length === 1),
  );
}

test('3. a phone registered with two contacts on two nodes rings on both and the first answer stops the other', async () => {
  await using cluster = await startCluster(3, { registrar: 'database' });
  const { alice, first, second } = await bobTwice(cluster);
  const caller = alice.call('bob');
  await bothHaveIt(cluster, first, second);
  first.calls[0]!.ring();
  second.calls[0]!.ring();
  await cluster.until('it rings', caller.ringing);
  await cluster.pass(100);
  second.calls[0]!.answer();
  await cluster.until('it is answered', caller.answered);
  await cluster.until('the other one stops', first.calls[0]!.ended);
  const [cancel] = first.calls[0]!.requests;
  expect(cancel?.method).toBe('CANCEL');
  expect(cancel?.get('Reason')).toBe('SIP;cause=200;text="Call completed elsewhere"');
  await cluster.pass(5_000);
  await hangUp(cluster, caller, second.calls[0]!);
  expect(await cluster.faults()).toEqual([]);
  // Two of the caller's node, two of each phone's.
  expect(cluster.finals('outgoing')).toHaveLength(4);
  expect(cluster.finals('incoming').filter(({ talkMs }) => talkMs > 0)).toHaveLength(2);
});

describe.each(ways)('4. $way', (way) => {
  test('the caller cancels before any provisional came and the late 180 is cancelled, not lost', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    cluster.wire.passes = ({ from, text }) => from !== bob.address || !text.startsWith('SIP/2.0 1');
    const { caller, callee } = await dial(cluster, alice, bob);
    await cluster.pass(100);
    caller.cancel([['Reason', 'SIP;cause=487;text="bored"']]);
    await cluster.until('the caller is let go', caller.refused);
    expect(caller.statuses).toEqual([487]);
    await cluster.pass(1_000);
    const cancels = (): number =>
      cluster.wire.requests('CANCEL').filter(({ to }) => to === bob.address).length;
    expect(cancels()).toBe(0);
    cluster.wire.passes = () => true;
    callee.ring();
    await cluster.until('the phone stops ringing', callee.ended);
    expect(callee.requests[0]?.get('Reason')).toBe('SIP;cause=487;text="bored"');
    expect(await cluster.faults()).toEqual([]);
    expect(cluster.finals('outgoing').every(({ talkMs }) => talkMs === 0)).toBe(true);
  });
});

describe.each(ways)('5. $way', (way) => {
  test('the caller cancels while the 200 is on its way and the callee gets ACK and BYE and nobody pays', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await ring(cluster, alice, bob);
    // The CANCEL goes first: it is at node1 when the 200 is still between the nodes.
    caller.cancel();
    callee.answer();
    await cluster.until('the caller is let go', caller.refused);
    await cluster.until('the phone is let go', callee.ended);
    await cluster.pass(1_000);
    expect(caller.statuses.filter((status) => status >= 200)).toEqual([487]);
    expect(callee.requests.map(({ method }) => method)).toEqual(['BYE']);
    expect(callee.answered.isOver).toBe(true);
    expect(await cluster.faults()).toEqual([]);
    const [final] = cluster.node('node1').finals('incoming');
    expect(final).toMatchObject({ talkMs: 0, sipCode: 487, hangupBy: 'caller' });
    expect(cluster.finals('incoming').map(({ talkMs }) => talkMs)).toEqual(
      cluster.finals('incoming').map(() => 0),
    );
    const [branch] = cluster.node('node1').finals('outgoing');
    expect(branch).toMatchObject({ isLateAnswer: true, talkMs: 0 });
  });
});

test('6. two branches on two nodes answer at the same moment and the loser gets ACK and BYE', async () => {
  await using cluster = await startCluster(3);
  const { alice, first, second } = await bobTwice(cluster);
  const caller = alice.call('bob');
  await bothHaveIt(cluster, first, second);
  first.calls[0]!.answer('v=0\r\no=first 1 1 IN IP4 127.0.0.1\r\ns=-\r\n');
  second.calls[0]!.answer('v=0\r\no=second 1 1 IN IP4 127.0.0.1\r\ns=-\r\n');
  await cluster.until('it is answered', caller.answered);
  const isFirst = caller.remoteSdp.includes('o=first');
  const [winner, loser] = (isFirst ? [first, second] : [second, first]).map(
    ({ calls }) => calls[0]!,
  );
  await cluster.until('the loser is let go', loser!.ended);
  expect(loser!.requests.map(({ method }) => method)).toEqual(['BYE']);
  expect(caller.statuses.filter((status) => status >= 200)).toEqual([200]);
  await cluster.pass(5_000);
  expect(winner!.ended.isOver).toBe(false);
  await hangUp(cluster, winner!, caller);
  expect(await cluster.faults()).toEqual([]);
  const late = cluster.finals('outgoing').filter(({ isLateAnswer }) => isLateAnswer);
  expect(late.map(({ talkMs }) => talkMs)).toEqual(late.map(() => 0));
  expect(cluster.finals('outgoing').filter(({ talkMs }) => talkMs > 0)).toHaveLength(2);
});
