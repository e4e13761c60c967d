import {
  answered,
  ClusterRig,
  failed,
  gone,
  hangup,
  modified,
  modify,
  progress,
  sdp,
} from '@tandem/testing';
import { describe, expect, test } from 'vitest';

/** Two nodes; 1000 at node1 leads to the phone bob at node2. */
async function rigOf(names?: readonly string[]): Promise<ClusterRig> {
  const rig = await ClusterRig.create(names);
  rig.node('node1').routeTo('1000', ['cluster/node2/test/bob']);
  return rig;
}

/** A call that was answered by bob. */
async function callUp(rig: ClusterRig) {
  const caller = rig.node('node1').call('1000');
  await rig.pass(50);
  const bob = rig.node('node2').phone('bob');
  bob.tell(progress('t'));
  bob.tell(answered('t'));
  await rig.pass(200);
  expect(caller.lastOf('answered')).toBeDefined();
  return { caller, bob };
}

describe('a call between two nodes', () => {
  test('reaches the phone there under one billid, and either side may hang up', async () => {
    await using rig = await rigOf();
    for (const side of ['caller', 'bob'] as const) {
      const legs = await callUp(rig);
      legs[side].tell(hangup(side === 'bob' ? 'callee' : 'caller'));
      legs[side].tell(gone());
      await rig.pass(500);
      const other = side === 'bob' ? legs.caller : legs.bob;
      expect(other.lastOf('hangup')).toMatchObject({
        by: side === 'bob' ? 'callee' : 'caller',
        q850: 16,
      });
    }
    const [one, two] = [rig.node('node1').finals, rig.node('node2').finals];
    expect([one.length, two.length]).toEqual([4, 4]);
    expect(new Set([...one, ...two].map(({ billid }) => billid))).toEqual(
      new Set(['node1-b1-1', 'node1-b1-2']),
    );
    expect(two.map(({ nodename, nodeprefix }) => `${nodename} ${nodeprefix}`)[0]).toBe(
      'node2 cluster/node2/',
    );
    expect([rig.node('node1').switch.active, rig.node('node2').switch.active]).toEqual([0, 0]);
  });

  test('carries what is said in it: provisionals, changes of the session, INFO', async () => {
    await using rig = await rigOf();
    const { caller, bob } = await callUp(rig);
    expect(caller.sent.map(({ type }) => type)).toEqual(['progress', 'answered']);
    expect(bob.sentOf('accepted')).toHaveLength(1);
    bob.tell(modify('m1', { body: sdp('hold') }));
    await rig.pass(20);
    expect(caller.lastOf('modify')).toMatchObject({ body: sdp('hold') });
    caller.tell(modified('m1', { body: sdp('held') }));
    await rig.pass(20);
    expect(bob.lastOf('modified')).toMatchObject({
      modifyId: 'm1',
      status: 200,
      body: sdp('held'),
    });
    caller.tell({ type: 'info', infoId: 'i', dtmf: '5' });
    await rig.pass(20);
    expect(bob.lastOf('info')).toMatchObject({ dtmf: '5' });
  });

  test('bodies of any bytes cross exactly', async () => {
    await using rig = await rigOf();
    const { caller, bob } = await callUp(rig);
    const content = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
    bob.tell(modify('m1', { body: { type: 'application/isup', content: content.repeat(100) } }));
    await rig.pass(50);
    expect(caller.lastOf('modify')?.body?.content).toBe(content.repeat(100));
  });

  test('a failure there is told with its words, a node between adds none', async () => {
    await using rig = await rigOf();
    const caller = rig.node('node1').call('1000');
    await rig.pass(50);
    const reasonHeaders = ['Q.850;cause=17;text="User busy"'];
    rig
      .node('node2')
      .phone('bob')
      .tell(failed(486, { reason: 'busy', q850: 17, reasonHeaders }));
    await rig.pass(50);
    expect(caller.lastOf('failed')).toMatchObject({ status: 486, q850: 17, reasonHeaders });
  });

  test('no leg is remembered for longer than a minute, and no timer of one', async () => {
    const rig = await rigOf();
    const { caller } = await callUp(rig);
    caller.tell(hangup('caller'));
    await rig.pass(1_000);
    for (const { engine } of rig.nodes) expect(engine.bus).toBeDefined();
    expect(await rig.node('node1').meter('tandem_cluster_legs')).toBe(0);
    expect(await rig.node('node2').meter('tandem_cluster_legs_remembered')).toBe(1);
    await rig.pass(70_000);
    expect(await rig.node('node2').meter('tandem_cluster_legs_remembered')).toBe(0);
    expect(await rig.node('node1').meter('tandem_cluster_events_unacked')).toBe(0);
    await rig[Symbol.asyncDispose]();
  });
});

describe('races between two nodes', () => {
  test('a hang-up crosses the answer: nobody is connected, and the late answer is told', async () => {
    await using rig = await rigOf();
    const caller = rig.node('node1').call('1000');
    await rig.pass(50);
    const bob = rig.node('node2').phone('bob');
    bob.tell(progress('t'));
    await rig.pass(50);
    caller.tell(hangup('caller'));
    bob.tell(answered('t'));
    caller.tell(gone());
    await rig.pass(500);
    expect(caller.lastOf('answered')).toBeUndefined();
    expect(bob.lastOf('hangup')).toBeDefined();
    const outgoing = rig.node('node1').finals.find(({ direction }) => direction === 'outgoing');
    expect(outgoing).toMatchObject({ isLateAnswer: true });
    const incoming = rig.node('node1').finals.find(({ direction }) => direction === 'incoming');
    expect(incoming).toMatchObject({ talkMs: 0 });
  });

  test('a caller who hangs up at once is never connected, and the phone there stops ringing', async () => {
    await using rig = await rigOf();
    const caller = rig.node('node1').call('1000');
    caller.tell(hangup('caller'));
    await rig.pass(500);
    for (const leg of rig.node('node2').legs) expect(leg.lastOf('hangup')).toBeDefined();
    expect(rig.node('node2').switch.active).toBe(0);
    expect(
      rig.node('node1').finals.filter(({ direction }) => direction === 'outgoing'),
    ).toHaveLength(1);
  });

  test('both hang up at the same moment', async () => {
    await using rig = await rigOf();
    const { caller, bob } = await callUp(rig);
    caller.tell(hangup('caller'));
    bob.tell(hangup('callee'));
    await rig.pass(100);
    caller.tell(gone());
    bob.tell(gone());
    expect(await rig.node('node1').meter('tandem_cluster_legs')).toBe(0);
    expect(await rig.node('node2').meter('tandem_cluster_legs')).toBe(0);
    expect(rig.node('node1').finals).toHaveLength(2);
    expect(rig.node('node2').finals).toHaveLength(2);
  });

  test('changes from both ends at once cross, and each end answers as its leg does', async () => {
    await using rig = await rigOf();
    const { caller, bob } = await callUp(rig);
    caller.tell(modify('mine', { body: sdp('a') }));
    bob.tell(modify('theirs', { body: sdp('b') }));
    await rig.pass(50);
    // Each phone has a change of its own under way: 491, as legs with one pending say.
    caller.tell(modified('theirs', { status: 491, phrase: 'Request Pending' }));
    bob.tell(modified('mine', { status: 491, phrase: 'Request Pending' }));
    await rig.pass(50);
    expect(caller.lastOf('modified')).toMatchObject({ modifyId: 'mine', status: 491 });
    expect(bob.lastOf('modified')).toMatchObject({ modifyId: 'theirs', status: 491 });
  });

  test('phones at two nodes ring together, the first answer stops the other, the loser is hung up', async () => {
    await using rig = await rigOf(['node1', 'node2', 'node3']);
    rig.node('node1').routeTo('2000', ['cluster/node2/test/desk', 'cluster/node3/test/mobile']);
    const caller = rig.node('node1').call('2000');
    await rig.pass(50);
    const [desk, mobile] = [rig.node('node2').phone('desk'), rig.node('node3').phone('mobile')];
    desk.tell(progress('d'));
    mobile.tell(progress('m'));
    await rig.pass(50);
    desk.tell(answered('d'));
    mobile.tell(answered('m'));
    await rig.pass(200);
    expect(caller.sentOf('answered')).toHaveLength(1);
    const loser =
      desk.lastOf('accepted') !== undefined && desk.lastOf('hangup') === undefined ? mobile : desk;
    expect(loser.lastOf('hangup')).toBeDefined();
    expect([desk, mobile].filter((leg) => leg.lastOf('hangup') === undefined)).toHaveLength(1);
  });

  test('a key that was given up before its execute came is refused and never rings', async () => {
    await using rig = await rigOf();
    const [node1, node2] = [rig.node('node1'), rig.node('node2')];
    const key = 'node1-b1-77/1/1';
    const event = { ...hangup('caller') };
    await node1.engine.bus.tell(
      'leg.event',
      { key, side: 'far', seq: 1, ack: 0, event },
      { to: 'node2' },
    );
    await rig.pass(20);
    const answer = await node1.engine.bus.ask('leg.execute', handover(key), { to: 'node2' });
    expect(answer).toMatchObject({ refused: 'cancelled' });
    expect(node2.legs).toHaveLength(0);
  });

  test('an execute that is repeated is the same leg, and one INVITE', async () => {
    await using rig = await rigOf();
    const [node1, node2] = [rig.node('node1'), rig.node('node2')];
    const key = 'node1-b1-77/1/1';
    const first = await node1.engine.bus.ask('leg.execute', handover(key), { to: 'node2' });
    const second = await node1.engine.bus.ask('leg.execute', handover(key), { to: 'node2' });
    expect(second).toEqual(first);
    expect(node2.legs).toHaveLength(1);
    const event = { ...hangup('caller') };
    await node1.engine.bus.tell(
      'leg.event',
      { key, side: 'far', seq: 1, ack: 0, event },
      { to: 'node2' },
    );
    await rig.pass(20);
    const third = await node1.engine.bus.ask('leg.execute', handover(key), { to: 'node2' });
    expect(third).toMatchObject({ refused: 'cancelled' });
  });

  test('a leg of one node is not another node’s to speak of', async () => {
    await using rig = await rigOf(['node1', 'node2', 'node3']);
    const { caller, bob } = await callUp(rig);
    const key = rig.node('node1').finals[0]?.chan ?? 'node1-b1-1/1/1';
    const frame = { key, side: 'far' as const, seq: 9, ack: 0, event: hangup('caller') };
    await rig.node('node3').engine.bus.tell('leg.event', frame, { to: 'node2' });
    await rig.node('node3').engine.bus.tell('leg.event', { ...frame, seq: 2 }, { to: 'node2' });
    await rig.pass(100);
    expect(bob.lastOf('hangup')).toBeUndefined();
    const answer = await rig
      .node('node3')
      .engine.bus.ask('leg.execute', handover(key), { to: 'node2' });
    expect(answer).toMatchObject({ refused: 'forbidden' });
    caller.tell(hangup('caller'));
    await rig.pass(100);
    expect(bob.lastOf('hangup')).toBeDefined();
  });

  test('what is no frame and no call is counted or refused, and nobody falls', async () => {
    await using rig = await rigOf();
    const { bus } = rig.node('node1').engine;
    const frames: readonly unknown[] = [
      {},
      { key: 1 },
      { key: 'x', side: 'middle', ack: 0 },
      { key: 'x', side: 'far', ack: -1 },
      { key: 'x', side: 'far', ack: 0, seq: 'one', event: {} },
      { key: 'x', side: 'far', ack: 0, seq: 1 },
      { key: 'x'.repeat(300), side: 'far', ack: 0 },
    ];
    for (const frame of frames) await bus.tell('leg.event', frame as never, { to: 'node2' });
    await rig.pass(20);
    expect(await rig.node('node2').meter('tandem_cluster_malformed_frames_total')).toBe(7);
    for (const broken of [{}, { ...handover('k'), offer: null }, { ...handover('k'), hops: 'x' }]) {
      const answer = await bus.ask('leg.execute', broken as never, { to: 'node2' });
      expect(answer).toMatchObject({ refused: 'badrequest' });
    }
    const looping = await bus.ask('leg.execute', { ...handover('k'), hops: 3 }, { to: 'node2' });
    expect(looping).toMatchObject({ refused: 'looping' });
    const nobody = await bus.ask('leg.sync', { boot: 'b1', links: {} as never }, { to: 'node2' });
    expect(nobody).toBeUndefined();
  });
});

function handover(key: string) {
  return {
    key,
    boot: 'b1',
    callto: 'test/bob',
    billid: 'node1-b1-77',
    username: '',
    caller: 'alice',
    callername: '',
    called: '1000',
    domain: '',
    hops: 1,
    offer: {
      headers: [],
      identity: { asserted: [], isTrusted: false },
      diversion: [],
      allow: [],
      supported: [],
      require: [],
      maxForwards: 69,
    },
    setupMs: 60_000,
  };
}
