import { answered, failed, gone, hangup, progress, SwitchRig } from '@tandem/testing';
import { describe, expect, it } from 'vitest';

async function upCall(rig: SwitchRig) {
  rig.routeTo(['bob']);
  const alice = rig.call();
  const bob = rig.leg('bob');
  bob.tell(answered('t1'));
  return { alice, bob };
}

describe('the way of a call', () => {
  it('is set up in one go, without waiting for a promise', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    const alice = rig.call();
    expect(rig.executed).toMatchObject([
      { branchId: 'node1-b1-1/1/1', billid: 'node1-b1-1', attempt: 1, called: 'bob' },
    ]);
    rig.leg('bob').tell(answered('t1'));
    expect(alice.sentOf('answered')).toHaveLength(1);
  });

  it('passes ringing, answer and hang-up, and tells three kinds of records', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    const alice = rig.call();
    const bob = rig.leg('bob');
    bob.tell({ type: 'trying' });
    expect(alice.sent).toEqual([]);
    bob.tell(progress('t1'));
    expect(alice.lastOf('progress')).toMatchObject({ status: 180, dialog: '1:t1' });
    await rig.clock.advance(2_000);
    bob.tell(answered('t1'));
    expect(alice.lastOf('answered')).toMatchObject({
      dialog: '1:t1',
      body: { type: 'application/sdp' },
    });
    expect(bob.sentOf('accepted')).toHaveLength(1);
    await rig.clock.advance(10_000);
    alice.tell(hangup('caller'));
    expect(bob.lastOf('hangup')).toMatchObject({ by: 'caller', q850: 16 });
    alice.tell(gone());
    bob.tell(gone());
    const words = (leg: typeof alice) => rig.recordsOf(leg).map((record) => record.operation);
    expect(words(alice)).toEqual(['initialize', 'update', 'update', 'finalize']);
    expect(words(bob)).toEqual(['initialize', 'update', 'update', 'finalize']);
    expect(rig.finalOf(alice)).toMatchObject({
      talkMs: 10_000,
      billtime: 10,
      ringtime: 2,
      durationMs: 12_000,
      status: 'answered',
      sipCode: 200,
      hangupBy: 'caller',
    });
  });

  it('a hang-up of the called leg ends the caller with its reason, by the allow list', async () => {
    await using rig = await SwitchRig.create();
    const { alice, bob } = await upCall(rig);
    const reasonHeaders = ['Q.850;cause=16;text="bye"', 'X-Secret;cause=1', 'SIP;cause=200'];
    bob.tell(hangup('callee', { reasonHeaders }));
    expect(alice.lastOf('hangup')).toMatchObject({
      by: 'callee',
      reasonHeaders: ['Q.850;cause=16;text="bye"', 'SIP;cause=200'],
    });
    alice.tell(gone());
    bob.tell(gone());
    expect(rig.finalOf(alice)).toMatchObject({ hangupBy: 'callee' });
  });

  it('is recorded 5 s after its end when a peer is dead, not 32 s', async () => {
    await using rig = await SwitchRig.create();
    const { alice, bob } = await upCall(rig);
    alice.tell(hangup('caller'));
    alice.tell(gone());
    expect(rig.finalOf(alice)).toBeUndefined();
    await rig.clock.advance(5_100);
    expect(rig.finalOf(alice)).toMatchObject({ talkMs: 0 });
    expect(rig.finalOf(bob)).toBeDefined();
    expect(rig.switch.active).toBe(0);
  });

  it('crossed hang-ups end it once, by the first', async () => {
    await using rig = await SwitchRig.create();
    const { alice, bob } = await upCall(rig);
    alice.tell(hangup('caller'));
    bob.tell(hangup('callee'));
    expect(alice.sentOf('hangup')).toEqual([]);
    expect(bob.sentOf('hangup')).toHaveLength(1);
    bob.tell(gone());
    alice.tell(gone());
    expect(rig.finalOf(alice)?.hangupBy).toBe('caller');
  });

  it('a leg that goes without a word ended when its peer was last heard', async () => {
    await using rig = await SwitchRig.create();
    const { alice, bob } = await upCall(rig);
    await rig.clock.advance(60_000);
    bob.tell(gone({ lastHeardAgoMs: 20_000 }));
    expect(alice.lastOf('hangup')).toMatchObject({ q850: 41 });
    alice.tell(gone());
    expect(rig.finalOf(alice)).toMatchObject({ talkMs: 40_000, reason: 'gone' });
  });

  it('a hang-up that crossed late is billed to its true time', async () => {
    await using rig = await SwitchRig.create();
    const { alice, bob } = await upCall(rig);
    await rig.clock.advance(30_000);
    bob.tell(hangup('callee', { agoMs: 12_000 }));
    expect(alice.lastOf('hangup')?.agoMs).toBe(12_000);
    bob.tell(gone());
    alice.tell(gone());
    expect(rig.finalOf(alice)?.talkMs).toBe(18_000);
    expect(rig.finalOf(bob)?.talkMs).toBe(18_000);
  });

  it('the caller pays from our 200, the carrier is paid from his', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    const alice = rig.call();
    const bob = rig.leg('bob');
    await rig.clock.advance(5_000);
    bob.tell(answered('t1', { answeredAgoMs: 700 }));
    await rig.clock.advance(1_000);
    alice.tell(hangup('caller'));
    expect(alice.lastOf('answered')?.answeredAgoMs).toBe(700);
    bob.tell(gone());
    alice.tell(gone());
    expect(rig.finalOf(alice)?.talkMs).toBe(1_000);
    expect(rig.finalOf(bob)?.talkMs).toBe(1_700);
  });

  it('ends after the longest call allowed, to the millisecond', async () => {
    await using rig = await SwitchRig.create({ maxCallSeconds: 60 });
    const { alice, bob } = await upCall(rig);
    await rig.clock.advance(61_000);
    expect(alice.lastOf('hangup')).toMatchObject({ by: 'engine', reason: 'maxcall', q850: 31 });
    expect(bob.lastOf('hangup')).toMatchObject({ reason: 'maxcall' });
    alice.tell(gone());
    bob.tell(gone());
    expect(rig.finalOf(alice)?.talkMs).toBe(60_000);
  });
});

describe('a caller who leaves before the answer', () => {
  it('has every branch hung up with his reason, and is recorded with 487', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['desk', 'mobile']);
    const alice = rig.call();
    rig.leg('desk').tell(progress('t1'));
    alice.tell(hangup('caller', { reason: 'cancelled', reasonHeaders: ['Q.850;cause=16'] }));
    for (const name of ['desk', 'mobile']) {
      expect(rig.leg(name).lastOf('hangup')).toMatchObject({
        by: 'caller',
        reasonHeaders: ['Q.850;cause=16'],
      });
    }
    alice.tell(gone());
    expect(rig.finalOf(alice)).toMatchObject({ sipCode: 487, hangupBy: 'caller', talkMs: 0 });
    expect(alice.sentOf('failed')).toEqual([]);
    rig.leg('desk').tell(gone());
    rig.leg('mobile').tell(gone());
    expect(rig.engine.wheel.size).toBe(0);
  });

  it('is not answered by a 200 that crosses: that leg is hung up again and nobody pays', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    const alice = rig.call();
    const bob = rig.leg('bob');
    alice.tell(hangup('caller'));
    alice.tell(gone());
    bob.tell(answered('t1'));
    expect(bob.sentOf('hangup')).toHaveLength(2);
    expect(alice.sentOf('answered')).toEqual([]);
    await rig.clock.advance(3_000);
    bob.tell(gone({ isLateAnswer: true }));
    expect(rig.finalOf(bob)).toMatchObject({ isLateAnswer: true, talkMs: 0 });
    expect(rig.finalOf(bob)?.answeredAt).toBeUndefined();
    expect(rig.switch.meters.lateAnswers).toBe(1);
  });

  it('had hung up before the switch heard the leg', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    const { ScriptedLeg, arrivalOf } = await import('@tandem/testing');
    const alice = new ScriptedLeg('sip/early', { direction: 'incoming' });
    rig.callers.push(alice);
    alice.tell(hangup('caller'));
    alice.tell(gone());
    rig.switch.receive(alice, arrivalOf());
    expect(rig.legs).toEqual([]);
    expect(rig.finalOf(alice)).toMatchObject({ sipCode: 487 });
  });

  it('a leg that dies while it rings is a caller who left', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    const alice = rig.call();
    alice.tell(gone());
    expect(rig.leg('bob').lastOf('hangup')).toBeDefined();
    rig.leg('bob').tell(gone());
    expect(rig.finalOf(alice)?.sipCode).toBe(487);
  });
});

describe('what never comes', () => {
  it('no answer to anything: the call ends by its own timers and nothing is left', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    const alice = rig.call();
    await rig.clock.advance(61_000);
    expect(alice.lastOf('failed')).toMatchObject({ status: 480, q850: 19, reason: 'noanswer' });
    expect(rig.leg('bob').lastOf('hangup')).toMatchObject({ reason: 'noanswer' });
  });

  it('the caller is no longer patient than his Expires', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    const alice = rig.call({ expiresMs: 10_000 });
    rig.leg('bob').tell(progress('t1'));
    await rig.clock.advance(10_100);
    expect(alice.lastOf('failed')?.status).toBe(487);
  });

  it('all attempts together may take no longer than the time for setting up', async () => {
    await using rig = await SwitchRig.create({ setupTimeoutMs: 1_000, ringTimeoutMs: 2_000 });
    rig.routeTo(['a'], ['b'], ['c']);
    const alice = rig.call();
    await rig.clock.advance(3_100);
    expect(rig.legs).toHaveLength(2);
    expect(alice.sentOf('failed')).toHaveLength(1);
  });

  it('events after the end are dropped', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    const alice = rig.call();
    const bob = rig.leg('bob');
    bob.tell(failed(486));
    bob.tell(progress('t1'));
    bob.tell(failed(500));
    alice.tell({ type: 'ack' });
    expect(alice.sent).toHaveLength(1);
    bob.tell(gone());
    alice.tell(gone());
    expect(rig.finalOf(alice)?.sipCode).toBe(486);
  });

  it('a leg that throws ends its call, and no other', async () => {
    await using rig = await SwitchRig.create();
    const other = await upCall(rig);
    const alice = rig.call();
    rig.leg('bob').react((event) => {
      if (event.type === 'accepted') throw new Error('a bug of the driver');
    });
    rig.leg('bob').tell(answered('t1'));
    expect(alice.lastOf('hangup')).toMatchObject({ by: 'engine', reason: 'failure', q850: 41 });
    expect(other.alice.sentOf('hangup')).toEqual([]);
  });
});
