import { Moment, type PhoneCall, SipRig } from '@tandem/testing';
import type { IncomingRequest } from '@tandem/sip-stack';
import { expect, test } from 'vitest';

/** Alice and Bob in a call. */
async function inCall(rig: SipRig): Promise<readonly [PhoneCall, PhoneCall]> {
  const [alice, bob] = await rig.aliceAndBob();
  const waiting = bob.nextCall();
  const caller = alice.call('bob');
  const callee = await waiting;
  callee.answer();
  await caller.answered.wait();
  await callee.answered.wait();
  return [caller, callee];
}

const referTo = (value: string) => [['Refer-To', value]] as const;

/** Sends what a transferred phone says of its new call. */
async function news(
  call: PhoneCall,
  line: string,
  state: string,
  event = 'refer',
): Promise<number> {
  const body = { type: 'message/sipfrag', content: `${line}\r\n` };
  return call.request('NOTIFY', body, [
    ['Event', event],
    ['Subscription-State', state],
  ]);
}

test('a blind transfer goes to the other party, and his news come back', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await inCall(rig);
  const referred = new Moment<IncomingRequest>();
  caller.onRequest = (request) => {
    if (request.method !== 'REFER') return undefined;
    referred.happen(request as IncomingRequest);
    return 202;
  };
  const headers = [...referTo('<sip:carol@127.0.0.11>'), ['Referred-By', '<sip:bob@x>']] as const;
  expect(await callee.request('REFER', undefined, headers)).toBe(202);
  const { request } = await referred.wait();
  expect(request.get('Refer-To')).toBe('<sip:carol@127.0.0.11>');
  expect(request.get('Referred-By')).toBe('<sip:bob@x>');

  expect(await news(caller, 'SIP/2.0 100 Trying', 'active;expires=60')).toBe(200);
  expect(await news(caller, 'SIP/2.0 200 OK', 'terminated;reason=noresource')).toBe(200);
  await rig.clock.advance(10);
  const heard = callee.requests.filter(({ method }) => method === 'NOTIFY');
  expect(heard.map(({ body }) => body)).toEqual(['SIP/2.0 100 Trying\r\n', 'SIP/2.0 200 OK\r\n']);
  expect(heard[0]?.get('Event')).toMatch(/^refer;id=\d+$/);
  expect(heard.map((notify) => notify.get('Subscription-State'))).toEqual([
    'active;expires=180',
    'terminated;reason=noresource',
  ]);
  expect(await news(caller, 'SIP/2.0 200 OK', 'terminated')).toBe(481);
  expect(await callee.hangUp()).toBe(200);
  await caller.ended.wait();
  expect(await rig.faults()).toEqual([]);
});

test('an attended transfer names the call it takes over, and no other header of a URI crosses', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await inCall(rig);
  let heard: string | undefined;
  callee.onRequest = (request) => {
    heard = request.request.get('Refer-To');
    return 202;
  };
  const uri =
    'sip:carol@127.0.0.11?Replaces=abc%40x%3Bto-tag%3D1%3Bfrom-tag%3D2&X-Evil=1&Route=%3Csip:y%3E';
  expect(await caller.request('REFER', undefined, referTo(`<${uri}>`))).toBe(202);
  expect(heard).toBe('<sip:carol@127.0.0.11?Replaces=abc%40x%3Bto-tag%3D1%3Bfrom-tag%3D2>');
  await callee.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test.each([
  [405, 405],
  [603, 603],
])('a transfer that the other party refuses with %d is refused with it', async (status, told) => {
  await using rig = await SipRig.start();
  const [caller, callee] = await inCall(rig);
  callee.onRequest = () => status;
  expect(await caller.request('REFER', undefined, referTo('<sip:carol@x>'))).toBe(told);
  expect(await news(callee, 'SIP/2.0 200 OK', 'terminated')).toBe(481);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test.each([
  ['none', []],
  ['two', [...referTo('<sip:a@x>'), ...referTo('<sip:b@x>')]],
  ['a web page', referTo('<https://example.com>')],
  ['nonsense', referTo('<<>>')],
])('a REFER with %s in Refer-To is a bad request', async (_what, headers) => {
  await using rig = await SipRig.start();
  const [caller, callee] = await inCall(rig);
  expect(await caller.request('REFER', undefined, headers)).toBe(400);
  expect(callee.requests).toEqual([]);
  await caller.hangUp();
});

test('where transfers are refused nobody hears of one', async () => {
  await using rig = await SipRig.start({ sip: { transfers: 'refuse' } });
  const [caller, callee] = await inCall(rig);
  expect(await caller.request('REFER', undefined, referTo('<sip:carol@x>'))).toBe(603);
  expect(callee.requests).toEqual([]);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('a NOTIFY of nothing that was asked for is refused', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await inCall(rig);
  expect(await news(callee, 'SIP/2.0 200 OK', 'terminated')).toBe(481);
  expect(await news(callee, 'x', 'active', 'presence')).toBe(481);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('news may come before the answer to a REFER that had to be sent twice, and name the second', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const carrier = await rig.phone('carrier', undefined);
  const params = { authUsername: 'acme', authPassword: 'secret' };
  rig.registrar.routes.set('1555', { groups: [[{ callto: `sip/${carrier.contact}`, params }]] });
  const waiting = carrier.nextCall();
  const caller = alice.call('1555');
  const callee = await waiting;
  callee.answer();
  await caller.answered.wait();
  await callee.answered.wait();
  const referred: IncomingRequest[] = [];
  callee.onRequest = (request) => {
    if (request.method !== 'REFER') return undefined;
    referred.push(request as IncomingRequest);
    if (referred.length > 1) return 0;
    const challenge = 'Digest realm="r", nonce="n", qop="auth"';
    request.respond(407, { headers: [['Proxy-Authenticate', challenge]] });
    return 0;
  };
  const answered = caller.request('REFER', undefined, referTo('<sip:carol@127.0.0.11>'));
  await rig.clock.advance(50);
  const [first, second] = referred;
  expect(second?.request.cseq.number).toBe(first!.request.cseq.number + 1);
  const event = `refer;id=${second?.request.cseq.number}`;
  expect(await news(callee, 'SIP/2.0 180 Ringing', 'active;expires=60', event)).toBe(200);
  expect(await answered).toBe(202);
  second?.respond(202);
  await rig.clock.advance(50);
  const heard = caller.requests.filter(({ method }) => method === 'NOTIFY');
  expect(heard.map(({ body }) => body)).toEqual(['SIP/2.0 180 Ringing\r\n']);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('a transfer that was taken over and of which nothing is heard for 64 T1 has failed (timer N)', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await inCall(rig);
  caller.onRequest = ({ method }) => (method === 'REFER' ? 202 : undefined);
  expect(await callee.request('REFER', undefined, referTo('<sip:carol@127.0.0.11>'))).toBe(202);
  const heard = () => callee.requests.filter(({ method }) => method === 'NOTIFY');
  await rig.clock.advance(31_900);
  expect(heard()).toEqual([]);
  await rig.clock.advance(200);
  expect(heard().map(({ body }) => body)).toEqual(['SIP/2.0 408 Request Timeout\r\n']);
  expect(heard()[0]?.get('Subscription-State')).toBe('terminated;reason=noresource');
  // Too late to be of use.
  expect(await news(caller, 'SIP/2.0 200 OK', 'terminated')).toBe(481);
  // Once there were news it may take its time.
  expect(await callee.request('REFER', undefined, referTo('<sip:dave@127.0.0.11>'))).toBe(202);
  expect(await news(caller, 'SIP/2.0 180 Ringing', 'active;expires=60')).toBe(200);
  await rig.clock.advance(60_000);
  expect(heard()).toHaveLength(2);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('a call that ends with a transfer open leaves nothing', async () => {
  await using rig = await SipRig.start();
  const [caller, callee] = await inCall(rig);
  callee.onRequest = (request) => (request.method === 'REFER' ? 0 : undefined);
  const asked = caller.request('REFER', undefined, referTo('<sip:carol@x>'));
  await rig.clock.advance(10);
  await callee.hangUp();
  expect([481, 487, 408, 504]).toContain(await asked);
  expect(await rig.faults()).toEqual([]);
});
