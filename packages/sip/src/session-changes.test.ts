import { type Phone, type PhoneCall, phoneSdp, SipRig } from '@tandem/testing';
import { expect, test } from 'vitest';

async function connect(
  alice: Phone,
  bob: Phone,
): Promise<readonly [caller: PhoneCall, callee: PhoneCall]> {
  const waiting = bob.nextCall();
  const caller = alice.call(bob.name);
  const callee = await waiting;
  callee.answer();
  await caller.answered.wait();
  await callee.answered.wait();
  return [caller, callee];
}

test('a phone puts the other on hold and takes it back', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  expect(await caller.hold()).toBe(200);
  expect(callee.remoteSdp).toContain('a=sendonly');
  expect(await caller.hold('sendrecv')).toBe(200);
  expect(callee.remoteSdp).toContain('a=sendrecv');
  await callee.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('a re-INVITE refused with 488 leaves the call as it was', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  callee.onRequest = ({ method }) => (method === 'INVITE' ? 488 : undefined);
  expect(await caller.hold()).toBe(488);
  callee.onRequest = () => undefined;
  expect(await caller.sendDigit('1')).toBe(200);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('a re-INVITE answered 481 ends the call on both sides', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  callee.onRequest = ({ method }) => (method === 'INVITE' ? 481 : undefined);
  void caller.hold();
  await caller.ended.wait();
  expect(await rig.faults()).toEqual([]);
  expect(rig.finals('incoming')[0]).toMatchObject({ hangupBy: 'engine' });
});

test('both sides re-INVITE at once, both get 491 and both succeed on the second try', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  expect(await Promise.all([caller.hold(), callee.hold()])).toEqual([491, 491]);
  expect(await caller.hold()).toBe(200);
  expect(await callee.hold('inactive')).toBe(200);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('a hung-up call with a re-INVITE still open gets 487 for it and BYE', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  callee.onRequest = ({ method }) => (method === 'INVITE' ? 0 : undefined);
  const status = caller.hold();
  await rig.clock.advance(100);
  await callee.hangUp();
  expect(await status).toBe(487);
  await caller.ended.wait();
  expect(await rig.faults()).toEqual([]);
});

test('a refresh with the same description is answered here and does not cross the call', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  expect(await caller.reinvite(phoneSdp('alice'))).toBe(200);
  expect(caller.remoteSdp).toContain('o=bob');
  expect(await caller.request('UPDATE')).toBe(200);
  expect(callee.requests).toEqual([]);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('an UPDATE without an offer is answered while a change of the other side is under way', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  callee.onRequest = ({ method }) => (method === 'INVITE' ? 0 : undefined);
  const held = caller.hold();
  await rig.clock.advance(10);
  expect(callee.requests).toHaveLength(1);
  // One with an offer crosses ours.
  const body = { type: 'application/sdp', content: phoneSdp('bob', 2) };
  expect(await callee.request('UPDATE', body)).toBe(491);
  expect(await callee.request('UPDATE')).toBe(200);
  expect(await caller.request('UPDATE')).toBe(200);
  await callee.hangUp();
  expect(await held).toBe(487);
  expect(await rig.faults()).toEqual([]);
});

test('a change that is refused leaves the session timer as it was', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  callee.onRequest = ({ method }) => (method === 'INVITE' ? 488 : undefined);
  const timer = [
    ['Supported', 'timer'],
    ['Session-Expires', '90;refresher=uac'],
  ] as const;
  const body = { type: 'application/sdp', content: phoneSdp('alice', 2) };
  expect(await caller.request('UPDATE', body, timer)).toBe(488);
  await rig.clock.advance(100_000);
  expect([caller.ended.isOver, callee.ended.isOver]).toEqual([false, false]);
  // Accepted, it counts.
  expect(await caller.request('UPDATE', undefined, timer)).toBe(200);
  await rig.clock.advance(61_000);
  await caller.ended.wait();
  expect(await rig.faults()).toEqual([]);
});

test('what requires an extension that nobody knows is refused within a call, too', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  const require = [['Require', 'time-travel']] as const;
  for (const method of ['INFO', 'UPDATE', 'REFER', 'OPTIONS']) {
    expect(await caller.request(method, undefined, require)).toBe(420);
  }
  expect(callee.requests).toEqual([]);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('an UPDATE with a new description crosses as what the other phone takes', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  const content = phoneSdp('alice', 2, 'sendonly');
  expect(await caller.request('UPDATE', { type: 'application/sdp', content })).toBe(200);
  // Bob said nothing of UPDATE.
  expect(callee.requests.map(({ method }) => method)).toEqual(['INVITE']);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('a re-INVITE that its sender cancels is cancelled on the other side too', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  const statuses: number[] = [];
  let isCancelled = false;
  callee.onRequest = (request) => {
    if (!('openDialog' in request)) return undefined;
    request.user = {
      onCancel: () => {
        isCancelled = true;
        request.respond(487);
      },
    };
    return 0;
  };
  const invite = caller.dialog!.sendInvite(
    { body: { type: 'application/sdp', content: phoneSdp('alice', 2, 'sendonly') } },
    {
      onAnswered: () => invite.ack(),
      onRefused: ({ status }) => statuses.push(status),
      onFailed: () => statuses.push(0),
    },
  );
  await rig.clock.advance(100);
  invite.cancel();
  await rig.clock.advance(100);
  expect(statuses).toEqual([487]);
  expect(isCancelled).toBe(true);
  callee.onRequest = () => undefined;
  expect(await callee.hold()).toBe(200);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('a change accepted after it was cancelled is put back', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  const [caller, callee] = await connect(alice, bob);
  rig.network.passes = ({ to, text }) => to !== bob.address || !text.startsWith('CANCEL');
  let answerLate: (() => void) | undefined;
  callee.onRequest = (request) => {
    if (!('openDialog' in request) || answerLate !== undefined) return undefined;
    answerLate = () => {
      const content = phoneSdp('bob', 2, 'recvonly');
      request.respond(200, { body: { type: 'application/sdp', content } });
    };
    return 0;
  };
  const invite = caller.dialog!.sendInvite(
    { body: { type: 'application/sdp', content: phoneSdp('alice', 2, 'sendonly') } },
    { onAnswered: () => undefined, onRefused: () => undefined, onFailed: () => undefined },
  );
  await rig.clock.advance(100);
  invite.cancel();
  await rig.clock.advance(100);
  answerLate?.();
  await rig.clock.advance(100);
  expect(callee.requests.at(-1)?.method).toBe('INVITE');
  expect(callee.requests.at(-1)?.body).toBe(phoneSdp('alice'));
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('requests that do not cross are answered here', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await connect(...(await rig.aliceAndBob()));
  expect(await caller.request('OPTIONS')).toBe(200);
  expect(await caller.request('MESSAGE')).toBe(405);
  expect(await caller.request('NOTIFY')).toBe(481);
  expect(callee.requests).toEqual([]);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('a change with a body that nobody carries is refused and the call goes on', async () => {
  await using rig = await SipRig.start();
  const [caller] = await connect(...(await rig.aliceAndBob()));
  expect(await caller.request('UPDATE', { type: 'text/plain', content: 'hello' })).toBe(415);
  const content = 'x'.repeat(33_000);
  expect(await caller.request('UPDATE', { type: 'application/sdp', content })).toBe(513);
  expect(await caller.hangUp()).toBe(200);
  expect(await rig.faults()).toEqual([]);
});
