import type { HeaderLine, IncomingInvite, SipRequest } from '@tandem/sip-stack';
import { phoneSdp, type PhoneCall, SipRig } from '@tandem/testing';
import { expect, test } from 'vitest';

const SUPPORTED: readonly HeaderLine[] = [
  ['Supported', '100rel'],
  ['Allow', 'INVITE, ACK, BYE, CANCEL, PRACK, UPDATE, INFO'],
];
const ALLOW: HeaderLine = ['Allow', 'INVITE, ACK, BYE, CANCEL, PRACK, UPDATE, INFO'];
const sdpBody = (content: string) => ({ body: { type: 'application/sdp', content } });

interface Ringing {
  readonly caller: PhoneCall;
  readonly callee: PhoneCall;
  readonly incoming: IncomingInvite;
}

/** Alice calls Bob, who rings; reliably with a description where that is asked for. */
async function ringing(rig: SipRig, isReliable: boolean, allow = ALLOW): Promise<Ringing> {
  const [alice, bob] = await rig.aliceAndBob();
  const waiting = bob.nextCall();
  const caller = alice.call('bob', { headers: isReliable ? SUPPORTED : [] });
  const callee = await waiting;
  const incoming = callee.incoming!;
  const dialog = callee.adopt(incoming.openDialog());
  if (!isReliable) callee.ring();
  else {
    incoming.respondReliably(183, { dialog, headers: [allow], ...sdpBody(phoneSdp('bob')) });
  }
  const heard = await caller.ringing.wait();
  const early = alice.stack.findDialog(heard.callId, heard.fromTag!, heard.toTag!)!;
  caller.adopt(early);
  if (isReliable) {
    const rack = `${heard.get('RSeq')} ${heard.cseq.number} INVITE`;
    expect(await caller.request('PRACK', undefined, [['RAck', rack]])).toBe(200);
  }
  return { caller, callee, incoming };
}

const bodiesOf = (requests: readonly SipRequest[], method: string): string[] =>
  requests.filter((request) => request.method === method).map(({ body }) => body);

test('an UPDATE of the caller goes to the called party once offer and answer are done', async () => {
  await using rig = await SipRig.start();
  const { caller, callee, incoming } = await ringing(rig, true);
  const offer = sdpBody(phoneSdp('alice', 2)).body;
  expect(await caller.request('UPDATE', offer)).toBe(200);
  expect(bodiesOf(callee.requests, 'UPDATE')).toEqual([phoneSdp('alice', 2)]);
  incoming.respond(200, { dialog: callee.dialog! });
  await caller.answered.wait();
  expect(await caller.hangUp()).toBe(200);
  expect(await rig.faults()).toEqual([]);
});

test('an UPDATE of the called party goes to the caller, and a refusal comes back', async () => {
  await using rig = await SipRig.start();
  const { caller, callee, incoming } = await ringing(rig, true);
  expect(await callee.request('UPDATE', sdpBody(phoneSdp('bob', 2)).body)).toBe(200);
  expect(caller.remoteSdp).toBe(phoneSdp('bob', 2));
  caller.onRequest = () => 488;
  expect(await callee.request('UPDATE', sdpBody(phoneSdp('bob', 3)).body)).toBe(488);
  caller.onRequest = () => undefined;
  incoming.respond(200, { dialog: callee.dialog! });
  await caller.answered.wait();
  expect(await caller.hangUp()).toBe(200);
  expect(await rig.faults()).toEqual([]);
});

test('of two UPDATEs that cross, the one that comes second is refused with 491', async () => {
  await using rig = await SipRig.start();
  const { caller, callee, incoming } = await ringing(rig, true);
  const both = await Promise.all([
    caller.request('UPDATE', sdpBody(phoneSdp('alice', 2)).body),
    callee.request('UPDATE', sdpBody(phoneSdp('bob', 2)).body),
  ]);
  expect(both).toEqual([200, 491]);
  incoming.respond(200, { dialog: callee.dialog! });
  await caller.answered.wait();
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('an UPDATE with an offer before ours is answered is put off, one without is a refresh', async () => {
  await using rig = await SipRig.start();
  const { caller, callee } = await ringing(rig, false);
  expect(await caller.request('UPDATE', sdpBody(phoneSdp('alice', 2)).body)).toBe(500);
  expect(await caller.request('UPDATE')).toBe(200);
  expect(callee.requests).toEqual([]);
  callee.answer();
  await caller.answered.wait();
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('an UPDATE for one who does not take it is refused with 488', async () => {
  await using rig = await SipRig.start();
  const { caller, callee, incoming } = await ringing(rig, true, ['Allow', 'INVITE, ACK, BYE']);
  expect(await caller.request('UPDATE', sdpBody(phoneSdp('alice', 2)).body)).toBe(488);
  incoming.respond(200, { dialog: callee.dialog! });
  await caller.answered.wait();
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('digits cross before the answer, both ways', async () => {
  await using rig = await SipRig.start();
  const { caller, callee } = await ringing(rig, false);
  expect(await caller.sendDigit('5')).toBe(200);
  expect(bodiesOf(callee.requests, 'INFO')).toEqual(['Signal=5\r\nDuration=160\r\n']);
  expect(await callee.sendDigit('7')).toBe(200);
  expect(bodiesOf(caller.requests, 'INFO')).toEqual(['Signal=7\r\nDuration=160\r\n']);
  callee.answer();
  await caller.answered.wait();
  expect(await caller.sendDigit('9')).toBe(200);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('what waits before the answer is answered when the call is refused', async () => {
  await using rig = await SipRig.start();
  const { caller, callee } = await ringing(rig, true);
  callee.onRequest = () => 0;
  const update = caller.request('UPDATE', sdpBody(phoneSdp('alice', 2)).body);
  const info = caller.sendDigit('5');
  await rig.clock.advance(10);
  callee.reject(486);
  expect(await caller.refused.wait()).toBe(486);
  await rig.clock.advance(40_000);
  expect([481, 487, 500]).toContain(await update);
  expect([481, 487, 500]).toContain(await info);
  expect(await rig.faults()).toEqual([]);
});
