import { SipRig } from '@tandem/testing';
import { expect, test } from 'vitest';

test('an INVITE without SDP gets the offer in the 200 and the answer in the ACK', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  const waiting = bob.nextCall();
  const caller = alice.call('bob', { sdp: null });
  const callee = await waiting;
  expect(callee.incoming?.request.body).toBe('');
  callee.answer();
  await caller.answered.wait();
  expect(caller.remoteSdp).toContain('o=bob');
  await callee.answered.wait();
  expect(callee.remoteSdp).toContain('o=alice');
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('a late offer that is never answered gets a bare ACK and BYE', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  const waiting = bob.nextCall();
  rig.network.passes = ({ from, text }) => from !== alice.address || !text.startsWith('ACK');
  const caller = alice.call('bob', { sdp: null });
  const callee = await waiting;
  callee.answer();
  await caller.answered.wait();
  await rig.clock.advance(20_500);
  await callee.answered.wait();
  await callee.ended.wait();
  await rig.clock.advance(13_000);
  await caller.ended.wait();
  expect(await rig.faults()).toEqual([]);
});

test('a re-INVITE without SDP fetches an offer, and its answer goes back in the ACK', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  const waiting = bob.nextCall();
  const caller = alice.call('bob');
  const callee = await waiting;
  callee.answer();
  await caller.answered.wait();
  await callee.answered.wait();
  expect(await caller.reinvite(undefined)).toBe(200);
  expect(caller.remoteSdp).toMatch(/o=bob 1000 2/);
  await rig.clock.advance(100);
  const ack = rig.network.log.findLast(
    ({ to, text }) => to === bob.address && text.startsWith('ACK'),
  );
  expect(ack?.text).toMatch(/o=alice 1000 2/);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});
