import { type Phone, type PhoneCall, SipRig } from '@tandem/testing';
import { queryObjects } from 'node:v8';
import { expect, test } from 'vitest';
import { ProgressSender } from './incoming/progress-sender.ts';
import { EarlyExchange } from './session/early-exchange.ts';

async function connect(
  alice: Phone,
  bob: Phone,
): Promise<readonly [caller: PhoneCall, callee: PhoneCall]> {
  const waiting = bob.nextCall();
  const caller = alice.call(bob.name);
  const callee = await waiting;
  callee.ring();
  await caller.ringing.wait();
  callee.answer();
  await caller.answered.wait();
  await callee.answered.wait();
  return [caller, callee];
}

test('a caller reaches a phone on the same node and hangs up', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  expect(caller.statuses).toEqual([180, 200]);
  expect(caller.remoteSdp).toContain('o=bob');
  expect(callee.remoteSdp).toContain('o=alice');

  await rig.clock.advance(5_000);
  expect(await caller.hangUp()).toBe(200);
  await callee.ended.wait();
  expect(await rig.faults()).toEqual([]);
  const [incoming] = rig.finals('incoming');
  expect(incoming).toMatchObject({ caller: 'alice', called: 'bob', hangupBy: 'caller' });
  expect(incoming?.talkMs).toBeGreaterThanOrEqual(5_000);
  expect(incoming?.username).toBe('alice');
});

test('the called party may hang up, and its cause reaches the caller', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  await callee.hangUp([['Reason', 'Q.850;cause=31;text="Normal, unspecified"']]);
  const bye = await caller.ended.wait();
  expect(bye?.get('Reason')).toBe('Q.850;cause=31;text="Normal, unspecified"');
  expect(await rig.faults()).toEqual([]);
  expect(rig.finals('incoming')[0]).toMatchObject({ hangupBy: 'callee', q850: 31 });
});

test('both hang up at once and both get 200', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  expect(await Promise.all([caller.hangUp(), callee.hangUp()])).toEqual([200, 200]);
  expect(await rig.faults()).toEqual([]);
});

test('digits cross by INFO both ways, and a digit the other phone refuses says so', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  expect(await caller.sendDigit('5')).toBe(200);
  expect(callee.requests.at(-1)?.body).toBe('Signal=5\r\nDuration=160\r\n');
  caller.onRequest = () => 415;
  expect(await callee.sendDigit('#')).toBe(415);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('an INFO that the other side does not answer gets 504 within four seconds', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  callee.onRequest = () => 0;
  const status = caller.sendDigit('1');
  await rig.clock.advance(4_100);
  expect(await status).toBe(504);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('a refused call tells the caller status and cause, not the words of the other side', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  const waiting = bob.nextCall();
  const caller = alice.call('bob');
  (await waiting).reject(486, [['Reason', 'Q.850;cause=17']]);
  expect(await caller.refused.wait()).toBe(486);
  expect(caller.responses.at(-1)?.get('Reason')).toBe('Q.850;cause=17');
  expect(await rig.faults()).toEqual([]);
});

test('a number nobody routes is answered 404 with a cause', async () => {
  await using rig = await SipRig.start();
  const [alice] = await rig.aliceAndBob();
  const caller = alice.call('nobody');
  expect(await caller.refused.wait()).toBe(404);
  expect(caller.responses.at(-1)?.get('Reason')).toBe('Q.850;cause=3');
  expect(await rig.faults()).toEqual([]);
});

test('ringing is repeated each minute, so that no proxy gives the call up', async () => {
  await using rig = await SipRig.start({ switch: { ringTimeoutMs: '200000' } });
  const [alice, bob] = await rig.aliceAndBob();
  const waiting = bob.nextCall();
  const caller = alice.call('bob');
  const callee = await waiting;
  callee.ring();
  await rig.clock.advance(125_000);
  expect(caller.statuses).toEqual([180, 180, 180]);
  callee.answer();
  await caller.answered.wait();
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('the Expires of an INVITE is its end: 487 to the caller, CANCEL to the phone', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  const waiting = bob.nextCall();
  const caller = alice.call('bob', { headers: [['Expires', '10']] });
  const callee = await waiting;
  callee.ring();
  await rig.clock.advance(10_500);
  expect(await caller.refused.wait()).toBe(487);
  await callee.ended.wait();
  expect(callee.requests.at(-1)?.method).toBe('CANCEL');
  expect(await rig.faults()).toEqual([]);
});

test('Max-Forwards falls by one from leg to leg', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  const [caller, callee] = await connect(alice, bob);
  expect(callee.incoming?.request.get('Max-Forwards')).toBe('69');
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('a call that talks no longer holds what only its set-up needed, the INVITE with it', async () => {
  // Both hold, through closures, the INVITE and all that was said before the answer. Other tests of
  // this process may have left some of their own.
  const held = () =>
    [ProgressSender, EarlyExchange].map((each) => queryObjects(each, { format: 'count' }));
  const before = held();
  await using rig = await SipRig.start();
  const [caller] = await connect(...(await rig.aliceAndBob()));
  for (const [at, count] of held().entries()) expect(count).toBeLessThanOrEqual(before[at]!);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});
