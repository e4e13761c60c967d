import { SipRig } from '@tandem/testing';
import { expect, test } from 'vitest';

test('a caller reaches a phone on the same node and the caller hangs up', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();

  const call = alice.call('bob');
  const ringing = await bob.nextCall();
  ringing.ring();
  await call.ringing.wait();
  ringing.answer();
  await call.answered.wait();
  await ringing.answered.wait();
  expect(call.statuses).toEqual([180, 200]);

  await rig.clock.advance(5_000);
  expect(await call.hangUp()).toBe(200);
  await ringing.ended.wait();
  expect(await rig.faults()).toEqual([]);
  const [incoming] = rig.finals('incoming');
  expect(incoming).toMatchObject({ caller: 'alice', called: 'bob', hangupBy: 'caller' });
  expect(incoming?.talkMs).toBeGreaterThanOrEqual(5_000);
});
