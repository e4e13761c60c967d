import type { HeaderLine, SipRequest, Target } from '@tandem/sip-stack';
import { type Phone, type PhoneCall, SipRig } from '@tandem/testing';
import { expect, test } from 'vitest';

type Options = Readonly<Record<string, string | boolean | readonly string[]>>;

/** Alice calls a number that leads to a carrier; the INVITE that the carrier has. */
async function towards(
  rig: SipRig,
  driverOptions: Options,
  headers: readonly HeaderLine[] = [],
  from?: Phone,
): Promise<PhoneCall> {
  const alice = from ?? (await rig.phone('alice', 'a'));
  const carrier = await rig.phone('carrier', undefined);
  const callto = `sip/sip:49301234567@${carrier.address}`;
  const params = { trunk: 'carrier', caller: '4989123456', driverOptions };
  rig.registrar.routes.set('49301234567', { groups: [[{ callto, params }]] });
  const waiting = carrier.nextCall();
  alice.call('49301234567', { headers });
  const call = await waiting;
  call.reject(404);
  return call;
}

test('a trunk gets the numbers in the form it wants', async () => {
  await using rig = await SipRig.start();
  const call = await towards(rig, { numberOut: '+E164' });
  const { uri, from, to } = call.incoming!.request;
  expect(uri).toMatch(/^sip:\+49301234567@/);
  expect(to.uriText).toMatch(/^sip:\+49301234567@/);
  expect(from.uriText).toMatch(/^sip:\+4989123456@/);
  await rig.clock.advance(40_000);
  expect(await rig.faults()).toEqual([]);
});

test('a trunk that wants telephone numbers gets them', async () => {
  await using rig = await SipRig.start();
  const call = await towards(rig, { numberOut: 'tel:' });
  const { uri, from, to } = call.incoming!.request;
  expect(uri).toMatch(/^sip:\+49301234567@.*;user=phone$/);
  expect(to.uriText).toBe('tel:+49301234567');
  expect(from.uriText).toBe('tel:+4989123456');
  expect(await rig.faults()).toEqual([]);
});

test('a form of numbers that nobody knows does not lose the call', async () => {
  await using rig = await SipRig.start();
  const call = await towards(rig, { numberOut: 'roman' });
  expect(call.incoming!.request.uri).toMatch(/^sip:49301234567@/);
  expect(await rig.faults()).toEqual([]);
});

test('a header goes to a trunk that may have it, and to no other', async () => {
  await using rig = await SipRig.start();
  const headers: readonly HeaderLine[] = [
    ['X-Account', '42'],
    ['X-Secret', '1'],
    ['Subject', 'tea'],
    ['X-Callto', 'sip/sip:a@b'],
  ];
  const options = { allowedHeaders: ['x-account', 'X-Callto', 'Via'] };
  const one = await towards(rig, options, headers);
  expect(one.incoming!.request.get('X-Account')).toBe('42');
  expect(one.incoming!.request.get('Subject')).toBe('tea');
  for (const name of ['X-Secret', 'X-Callto']) {
    expect(one.incoming!.request.has(name)).toBe(false);
  }
  const other = await towards(rig, {}, headers, rig.phones[0]);
  expect(other.incoming!.request.has('X-Account')).toBe(false);
  expect(await rig.faults()).toEqual([]);
});

test('who is trusted by his address vouches for callers and tells of diversions', async () => {
  await using rig = await SipRig.start();
  const pbx = await rig.phone('pbx', undefined);
  rig.registrar.known.set(pbx.address.split(':')[0]!, 'pbx');
  rig.registrar.trusted.add('pbx');
  const headers: readonly HeaderLine[] = [
    ['P-Asserted-Identity', '<sip:4989555@pbx>'],
    ['Diversion', '<sip:4989556@pbx>;reason=unconditional'],
    ['History-Info', '<sip:4989556@pbx>;index=1, <sip:4989557@pbx>;index=1.1'],
  ];
  const options = { trusted: true, numberOut: '+E164' };
  const { incoming } = await towards(rig, options, headers, pbx);
  const told = incoming!.request;
  expect(told.get('P-Asserted-Identity')).toBe('<sip:+4989555@pbx>');
  expect(told.get('Diversion')).toBe('<sip:+4989556@pbx>;reason=unconditional');
  expect(told.list('History-Info')).toEqual([
    '<sip:4989556@pbx>;index=1',
    '<sip:4989557@pbx>;index=1.1',
  ]);
  const strange = await towards(rig, { trusted: false }, headers, pbx);
  for (const name of ['P-Asserted-Identity', 'Diversion', 'History-Info']) {
    expect(strange.incoming!.request.has(name)).toBe(false);
  }
  expect(await rig.faults()).toEqual([]);
});

test('who withholds his headers is not told of by them, but to the trusted', async () => {
  await using rig = await SipRig.start();
  const headers: readonly HeaderLine[] = [
    ['Privacy', 'header'],
    ['Call-Info', '<https://example.com/alice.png>;purpose=icon'],
    ['Alert-Info', '<urn:alert:service:normal>'],
  ];
  const { incoming } = await towards(rig, {}, headers);
  expect(incoming!.request.has('Call-Info')).toBe(false);
  expect(incoming!.request.has('Alert-Info')).toBe(true);
  const trusted = await towards(rig, { trusted: true }, headers, rig.phones[0]);
  expect(trusted.incoming!.request.has('Call-Info')).toBe(true);
  expect(await rig.faults()).toEqual([]);
});

test('privacy of none withholds nothing', async () => {
  await using rig = await SipRig.start();
  const { incoming } = await towards(rig, {}, [['Privacy', 'none']]);
  expect(incoming!.request.from.uriText).toMatch(/^sip:4989123456@/);
  expect(await rig.faults()).toEqual([]);
});

test('a trunk of before RFC 3325 is told by Remote-Party-ID who calls, and believed by it', async () => {
  await using rig = await SipRig.start();
  const pbx = await rig.phone('pbx', undefined);
  rig.registrar.known.set(pbx.address.split(':')[0]!, 'pbx');
  rig.registrar.trusted.add('pbx');
  const headers: readonly HeaderLine[] = [
    [
      'Remote-Party-ID',
      '<sip:4930@pbx>;party=called, "Ann" <sip:4989555@pbx>;party=calling;screen=no;privacy=full',
    ],
  ];
  const { incoming } = await towards(rig, { trusted: true, numberOut: '+E164' }, headers, pbx);
  const told = incoming!.request;
  expect(told.get('P-Asserted-Identity')).toBe('"Ann" <sip:+4989555@pbx>');
  expect(told.get('Privacy')).toBe('id');
  expect(told.from.uriText).toBe('sip:anonymous@anonymous.invalid');
  const old = await towards(rig, { trusted: true, identity: 'rpid' }, headers, pbx);
  expect(old.incoming!.request.get('Remote-Party-ID')).toBe(
    '"Ann" <sip:4989555@pbx>;party=calling;screen=yes;privacy=full',
  );
  expect(old.incoming!.request.has('P-Asserted-Identity')).toBe(false);
  const strange = await towards(rig, { identity: 'rpid' }, headers, pbx);
  expect(strange.incoming!.request.has('Remote-Party-ID')).toBe(false);
  expect(await rig.faults()).toEqual([]);
});

test('what a stranger says of himself in Remote-Party-ID is believed by nobody', async () => {
  await using rig = await SipRig.start();
  const headers: readonly HeaderLine[] = [['Remote-Party-ID', '<sip:110@police>']];
  const { incoming } = await towards(rig, { trusted: true }, headers);
  expect(incoming!.request.has('P-Asserted-Identity')).toBe(false);
  expect(incoming!.request.has('Remote-Party-ID')).toBe(false);
  expect(await rig.faults()).toEqual([]);
});

test('a header of the answer crosses from a trunk that may bring it, and from no other', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const carrier = await rig.phone('carrier', undefined);
  const called = async (driverOptions: Options): Promise<PhoneCall> => {
    const params = { trunk: 'carrier', driverOptions };
    rig.registrar.routes.set('4930', { groups: [[{ callto: `sip/${carrier.contact}`, params }]] });
    const waiting = carrier.nextCall();
    const caller = alice.call('4930');
    const headers: readonly HeaderLine[] = [
      ['X-Rate', '7'],
      ['X-Callto', 'sip/sip:a@b'],
    ];
    (await waiting).answer(undefined, headers);
    await caller.answered.wait();
    await caller.hangUp();
    return caller;
  };
  const told = await called({ allowedHeaders: ['x-rate', 'X-Callto', 'Contact'] });
  expect(told.responses.at(-1)?.get('X-Rate')).toBe('7');
  expect(told.responses.at(-1)?.has('X-Callto')).toBe(false);
  expect((await called({})).responses.at(-1)?.has('X-Rate')).toBe(false);
  expect(await rig.faults()).toEqual([]);
});

test('the next server of a carrier gets the call where the first is busy or gone, in one attempt', async () => {
  const targets: Target[] = [];
  await using rig = await SipRig.start({ resolve: () => Promise.resolve(targets) });
  const alice = await rig.phone('alice', 'a');
  const [first, second] = [await rig.phone('one', undefined), await rig.phone('two', undefined)];
  for (const address of [
    '127.0.9.9',
    ...[first, second].map((each) => each.address.split(':')[0]!),
  ]) {
    targets.push({ transport: 'udp', address, port: 5060 });
  }
  first.onCall = (call) => call.reject(503, [['Retry-After', '60']]);
  const params = { trunk: 'carrier', driverOptions: { trusted: false } };
  const callto = 'sip/sip:4930@carrier.example';
  rig.registrar.routes.set('4930', { groups: [[{ callto, params }]] });
  const waiting = second.nextCall();
  const caller = alice.call('4930');
  (await waiting).answer();
  await caller.answered.wait();
  expect(first.calls).toHaveLength(1);
  const [left, taken] = [first, second].map(({ calls }) => calls[0]!.incoming!.request);
  expect(taken?.callId).toBe(left?.callId);
  expect(taken?.via.branch).not.toBe(left?.via.branch);
  await caller.hangUp();
  expect(rig.finals('outgoing')).toHaveLength(1);
  // Who was gone, or asked to be left alone, is asked last for a while.
  const again = second.nextCall();
  const next = alice.call('4930');
  (await again).reject(486);
  expect(await next.refused.wait()).toBe(486);
  expect(first.calls).toHaveLength(1);
  expect(await rig.faults()).toEqual([]);
});

test('a carrier is not told where its callers are, but the domain they called, or the one it wants', async () => {
  await using rig = await SipRig.start();
  const named = await towards(rig, { fromDomain: 'sip.acme.example' });
  expect(named.incoming!.request.from.uriText).toBe('sip:4989123456@sip.acme.example');
  const plain = await towards(rig, { trusted: false }, [], rig.phones[0]);
  const [domain] = rig.server.split(':');
  expect(plain.incoming!.request.from.uriText).toBe(`sip:4989123456@${domain}`);
  expect(await rig.faults()).toEqual([]);
});

test('a trunk behind a proxy is reached through it by Route, whatever is sent to it', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const proxy = await rig.phone('proxy', undefined);
  const asked: SipRequest[] = [];
  const { user } = proxy.stack;
  proxy.stack.user = {
    onInvite: (invite) => user?.onInvite(invite),
    onRequest: (incoming) => {
      asked.push(incoming.request);
      incoming.respond(200);
    },
  };
  const outboundProxy = `sip:${proxy.address}`;
  const params = { trunk: 'carrier', driverOptions: { trusted: false }, outboundProxy };
  const callto = 'sip/sip:4930@127.0.9.9:5062';
  rig.registrar.routes.set('4930', { groups: [[{ callto, params }]] });
  const waiting = proxy.nextCall();
  const caller = alice.call('4930');
  const { incoming } = await waiting;
  expect(incoming!.request.uri).toBe('sip:4930@127.0.9.9:5062');
  expect(incoming!.request.get('Route')).toBe(`<sip:${proxy.address};lr>`);
  incoming!.respond(486);
  expect(await caller.refused.wait()).toBe(486);
  const place = { trunk: 'carrier', address: 'sip:127.0.9.9:5062', outboundProxy };
  await rig.engine.bus.ask('trunk.probe', { ...place, timeoutMs: 5_000 });
  await rig.engine.bus.ask('trunk.register', { ...place, username: 'acme', expiresSeconds: 60 });
  expect(asked.map(({ method, uri }) => `${method} ${uri}`)).toEqual([
    'OPTIONS sip:127.0.9.9:5062',
    'REGISTER sip:127.0.9.9:5062',
  ]);
  for (const request of asked) expect(request.get('Route')).toBe(`<sip:${proxy.address};lr>`);
  expect(await rig.faults()).toEqual([]);
});
