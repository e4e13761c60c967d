import { type Phone, type PhoneCall, SipRig } from '@tandem/testing';
import { expect, test } from 'vitest';

async function connect(
  alice: Phone,
  bob: Phone,
  headers: readonly (readonly [string, string])[] = [],
  answered: readonly (readonly [string, string])[] = [],
): Promise<readonly [caller: PhoneCall, callee: PhoneCall]> {
  const waiting = bob.nextCall();
  const caller = alice.call(bob.name, { headers });
  const callee = await waiting;
  callee.answer(undefined, answered);
  await caller.answered.wait();
  await callee.answered.wait();
  return [caller, callee];
}

test('a call without session timer is asked now and then whether it lives', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  await rig.clock.advance(301_000);
  expect(caller.requests.map(({ method }) => method)).toEqual(['OPTIONS']);
  expect(callee.requests.map(({ method }) => method)).toEqual(['OPTIONS']);
  await rig.clock.advance(301_000);
  expect(callee.requests).toHaveLength(2);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('a phone that no longer knows the call ends it, billed to the last proof of life', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  callee.onRequest = () => 481;
  await rig.clock.advance(301_000);
  await caller.ended.wait();
  expect(await rig.faults()).toEqual([]);
  expect(rig.finals('incoming')[0]?.talkMs).toBeLessThan(1_000);
  expect(await rig.meter('tandem_sip_dead_calls_total', { reason: 'unknown-to-peer' })).toBe(1);
});

test('a phone that has fallen silent ends the call, and the other side hears of it', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  const [caller] = await connect(alice, bob);
  rig.network.passes = ({ to, from }) => to !== bob.address && from !== bob.address;
  await rig.clock.advance(340_000);
  expect((await caller.ended.wait())?.get('Reason')).toBe('Q.850;cause=102');
  expect(await rig.faults()).toEqual([]);
});

test('a callee with a session timer is refreshed by us when it leaves that to us', async () => {
  await using rig = await SipRig.start();
  const answered = [
    ['Session-Expires', '200;refresher=uac'],
    ['Allow', 'INVITE, ACK, BYE, UPDATE'],
  ] as const;
  const [caller, callee] = await connect(...(await rig.aliceAndBob()), [], answered);
  await rig.clock.advance(101_000);
  expect(callee.requests.map(({ method }) => method)).toEqual(['UPDATE']);
  expect(callee.requests[0]?.get('Session-Expires')).toBe('200;refresher=uac');
  expect(callee.requests[0]?.body).toBe('');
  await rig.clock.advance(101_000);
  expect(callee.requests).toHaveLength(2);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('without UPDATE a refresh repeats the last description byte for byte', async () => {
  await using rig = await SipRig.start();
  const answered = [['Session-Expires', '200;refresher=uac']] as const;
  const [caller, callee] = await connect(...(await rig.aliceAndBob()), [], answered);
  const offer = callee.incoming?.request.body;
  await rig.clock.advance(101_000);
  expect(callee.requests[0]?.method).toBe('INVITE');
  expect(callee.requests[0]?.body).toBe(offer);
  expect(caller.requests).toEqual([]);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('the refresher falls silent and the other side ends the call, each leg on its own timer', async () => {
  await using rig = await SipRig.start();
  const headers = [
    ['Session-Expires', '120;refresher=uac'],
    ['Supported', 'timer'],
  ] as const;
  const [caller, callee] = await connect(...(await rig.aliceAndBob()), headers);
  expect(caller.responses.at(-1)?.get('Session-Expires')).toBe('120;refresher=uac');
  expect(caller.responses.at(-1)?.get('Require')).toBe('timer');
  await rig.clock.advance(70_000);
  expect(await caller.request('UPDATE', undefined, headers)).toBe(200);
  await rig.clock.advance(70_000);
  expect(caller.ended.isOver).toBe(false);
  await rig.clock.advance(20_000);
  await caller.ended.wait();
  await callee.ended.wait();
  expect(await rig.faults()).toEqual([]);
  expect(rig.finals('incoming')[0]).toMatchObject({ reason: 'session-expired' });
});
