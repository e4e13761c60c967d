import { definePlugin } from '@tandem/engine';
import type { Branch } from '@tandem/messages';
import {
  DigestServer,
  findCredentials,
  hashCredentials,
  type IncomingRequest,
} from '@tandem/sip-stack';
import { randomBytes } from 'node:crypto';
import { type Phone, phoneSdp, SipRig } from '@tandem/testing';
import { expect, test } from 'vitest';

const REALM = 'carrier.example';

/** A carrier that asks for a password for everything, and never twice for the same nonce. */
class Gate {
  readonly hashes = { MD5: hashCredentials('MD5', 'acme', REALM, 'secret') };
  readonly digest: DigestServer;
  challenges = 0;

  constructor(rig: SipRig) {
    this.digest = new DigestServer({
      node: 'carrier',
      secret: randomBytes(32),
      random: randomBytes,
      now: () => rig.clock.now(),
      algorithms: ['MD5'],
    });
  }

  /** True when the request may pass; else it was challenged. */
  passes({ request, respond }: Pick<IncomingRequest, 'request' | 'respond'>): boolean {
    const credentials = findCredentials(request.getAll('Proxy-Authorization'), REALM);
    const verdict = credentials && this.digest.verify(credentials, request, this.hashes);
    if (verdict?.kind === 'accepted') return true;
    this.challenges++;
    const [value = ''] = this.digest.challenges(REALM);
    respond(407, { headers: [['Proxy-Authenticate', value]] });
    return false;
  }
}

function to(phone: Phone, params: Branch['params'] = {}): Branch {
  return { callto: `sip/${phone.contact}`, params: { noReplyMs: 4_000, ...params } };
}

test('a carrier challenges INVITE, re-INVITE and BYE and none of it counts as an attempt', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const carrier = await rig.phone('carrier', undefined);
  const gate = new Gate(rig);
  const params = { authUsername: 'acme', authPassword: 'secret' };
  rig.registrar.routes.set('1555', { groups: [[to(carrier, params)]] });
  carrier.onCall = (call) => {
    const invite = call.incoming!;
    const respond: IncomingRequest['respond'] = (status, options) =>
      invite.respond(status, options);
    if (!gate.passes({ request: invite.request, respond })) return;
    call.ring();
    call.answer();
    call.onRequest = (request) => {
      const answer: IncomingRequest['respond'] = (status, options) =>
        request.respond(status, options);
      return gate.passes({ request: request.request, respond: answer }) ? undefined : 0;
    };
  };
  const caller = alice.call('1555');
  await caller.answered.wait();
  expect(caller.statuses).toEqual([180, 200]);
  expect(gate.challenges).toBe(1);
  expect(await caller.hold()).toBe(200);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
  expect(rig.finals('outgoing')).toHaveLength(1);
});

test('a nonce that has grown old is answered once more, and a carrier that asks for ever is left', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const [stale, endless] = [await rig.phone('one', undefined), await rig.phone('two', undefined)];
  const params = { authUsername: 'acme', authPassword: 'secret' };
  const ask = (phone: Phone, isStale: boolean): readonly [string, string] => [
    'Proxy-Authenticate',
    `Digest realm="r", nonce="n${phone.calls.length}"${isStale ? ', stale=true' : ''}`,
  ];
  stale.onCall = (call) => {
    if (stale.calls.length < 3) call.reject(407, [ask(stale, stale.calls.length === 2)]);
    else call.answer();
  };
  rig.registrar.routes.set('1555', { groups: [[to(stale, params)]] });
  const caller = alice.call('1555');
  await caller.answered.wait();
  expect(stale.calls.map(({ incoming }) => incoming!.request.cseq.number)).toEqual([1, 2, 3]);
  await caller.hangUp();
  endless.onCall = (call) => call.reject(407, [ask(endless, true)]);
  rig.registrar.routes.set('1556', { groups: [[to(endless, params)]] });
  expect(await alice.call('1556').refused.wait()).toBe(503);
  expect(endless.calls).toHaveLength(3);
  expect(await rig.faults()).toEqual([]);
  expect(rig.finals('outgoing')).toHaveLength(2);
});

test('a carrier that takes its time to ask for a password is not taken for a silent one', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const [slow, second] = [await rig.phone('one', undefined), await rig.phone('two', undefined)];
  const params = { authUsername: 'acme', authPassword: 'secret', trunk: 'slow' };
  slow.onCall = (call) => {
    const answer = (): void => {
      if (slow.calls.length > 1) call.answer();
      else call.reject(407, [['Proxy-Authenticate', 'Digest realm="r", nonce="n"']]);
    };
    rig.clock.startTimer(3_000, answer);
  };
  rig.registrar.routes.set('1555', { groups: [[to(slow, params)], [to(second)]] });
  const caller = alice.call('1555');
  await rig.clock.advance(7_000);
  expect(second.calls).toEqual([]);
  await caller.answered.wait();
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('a carrier that asks for a password and says no more is left after its no-reply time from then', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const [silent, second] = [await rig.phone('one', undefined), await rig.phone('two', undefined)];
  const params = { authUsername: 'acme', authPassword: 'secret', trunk: 'silent' };
  const invites: number[] = [];
  silent.onCall = (call) => {
    invites.push(call.incoming!.request.cseq.number);
    if (invites.length === 1) {
      call.reject(407, [['Proxy-Authenticate', 'Digest realm="r", nonce="n"']]);
    }
  };
  // Of the second INVITE nothing is heard at all, not even 100.
  rig.network.passes = ({ from, text }) =>
    from !== silent.address || !/^CSeq: 2 INVITE/m.test(text);
  second.onCall = (call) => call.answer();
  rig.registrar.routes.set('1555', { groups: [[to(silent, params)], [to(second)]] });
  const caller = alice.call('1555');
  await rig.clock.advance(3_900);
  expect(second.calls).toEqual([]);
  await rig.clock.advance(200);
  await caller.answered.wait();
  expect(invites).toEqual([1, 2]);
  await caller.hangUp();
  rig.network.passes = () => true;
  expect(await rig.faults()).toEqual([]);
});

test('a wrong carrier password ends the attempt, asks the caller nothing, and the next carrier is tried', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const [first, second] = [await rig.phone('one', undefined), await rig.phone('two', undefined)];
  const gate = new Gate(rig);
  first.onCall = ({ incoming }) =>
    void gate.passes({
      request: incoming!.request,
      respond: (status, options) => incoming!.respond(status, options),
    });
  const wrong = { authUsername: 'acme', authPassword: 'wrong' };
  rig.registrar.routes.set('1555', { groups: [[to(first, wrong)], [to(second)]] });
  const waiting = second.nextCall();
  const caller = alice.call('1555');
  (await waiting).reject(404);
  expect(await caller.refused.wait()).toBe(404);
  expect(first.calls).toHaveLength(2);
  expect(rig.finals('outgoing').map(({ reason }) => reason)).toContain('carrierauth');
  expect(await rig.faults()).toEqual([]);
});

test('a challenge of the only carrier is no challenge to the caller', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const carrier = await rig.phone('carrier', undefined);
  carrier.onCall = (call) =>
    call.reject(401, [['WWW-Authenticate', 'Digest realm="x", nonce="y"']]);
  rig.registrar.routes.set('1555', { groups: [[to(carrier)]] });
  const caller = alice.call('1555');
  expect(await caller.refused.wait()).toBe(503);
  expect(caller.responses.at(-1)?.get('WWW-Authenticate')).toBeUndefined();
  expect(caller.responses.at(-1)?.get('Retry-After')).toBeUndefined();
  expect(await rig.faults()).toEqual([]);
});

test('a carrier answers 302 to a premium number and it is not dialled', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const [carrier, premium] = [await rig.phone('one', undefined), await rig.phone('two', undefined)];
  carrier.onCall = (call) => call.reject(302, [['Contact', `<${premium.contact}>`]]);
  rig.registrar.routes.set('1555', { groups: [[to(carrier)]] });
  const caller = alice.call('1555');
  expect(await caller.refused.wait()).toBeGreaterThanOrEqual(400);
  expect(caller.responses.at(-1)?.get('Contact')).toBeUndefined();
  expect(premium.calls).toEqual([]);
  expect(await rig.faults()).toEqual([]);
});

test('a trunk that may redirect leads to where its number is routed, which is never dialled raw', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const [carrier, second] = [await rig.phone('one', undefined), await rig.phone('two', undefined)];
  const premium = await rig.phone('three', undefined);
  carrier.onCall = (call) =>
    call.reject(302, [
      [
        'Contact',
        `<sip:1999@${premium.address}>;q=0.1, <sip:1777;npdi;rn=+1888@${premium.address}>`,
      ],
    ]);
  const redirecting = { driverOptions: { redirect: 'route' }, trunk: 'carrier-1' };
  rig.registrar.routes.set('1555', { groups: [[to(carrier, redirecting)]] });
  const callto = `sip/sip:1777@${second.address}`;
  rig.registrar.routes.set('1777', { groups: [[{ callto, params: { driverOptions: {} } }]] });
  const waiting = second.nextCall();
  const caller = alice.call('1555');
  const callee = await waiting;
  expect(callee.incoming!.request.uri).toMatch(/^sip:1777;npdi;rn=\+1888@/);
  expect(callee.incoming!.request.callId).not.toBe(carrier.calls[0]!.incoming!.request.callId);
  callee.answer();
  await caller.answered.wait();
  await caller.hangUp();
  expect(premium.calls).toEqual([]);
  expect(await rig.faults()).toEqual([]);
});

test('a call that was redirected once is not redirected again, and the hunt goes on', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const [first, second] = [await rig.phone('one', undefined), await rig.phone('two', undefined)];
  const third = await rig.phone('three', undefined);
  for (const phone of [first, second]) {
    phone.onCall = (call) => call.reject(302, [['Contact', `<sip:1777@${phone.address}>`]]);
  }
  third.onCall = (call) => call.reject(486);
  const redirecting = { driverOptions: { redirect: 'route' } };
  rig.registrar.routes.set('1555', { groups: [[to(first, redirecting)]] });
  rig.registrar.routes.set('1777', { groups: [[to(second, redirecting)], [to(third)]] });
  const caller = alice.call('1555');
  expect(await caller.refused.wait()).toBe(486);
  expect([first, second, third].map(({ calls }) => calls.length)).toEqual([1, 1, 1]);
  expect(await rig.faults()).toEqual([]);
});

test('a redirection that leads nowhere is a failure like any', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const [first, second] = [await rig.phone('one', undefined), await rig.phone('two', undefined)];
  first.onCall = (call) =>
    call.reject(301, [['Contact', '<sip:nobody@127.0.1.99>, <tel:+1>, <mailto:a@b>']]);
  second.onCall = (call) => call.reject(486);
  const redirecting = { driverOptions: { redirect: 'route' } };
  rig.registrar.routes.set('1555', { groups: [[to(first, redirecting)], [to(second)]] });
  expect(await alice.call('1555').refused.wait()).toBe(486);
  expect(await rig.faults()).toEqual([]);
});

test('a caller who leaves while a redirection is being routed leaves nothing behind', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const carrier = await rig.phone('one', undefined);
  carrier.onCall = (call) => call.reject(302, [['Contact', '<sip:1777@127.0.1.99>']]);
  let answer: (route: undefined) => void = () => undefined;
  await rig.engine.install(
    definePlugin({
      name: 'slow',
      setup: (scope) =>
        scope.handle('call.route', { priority: 5 }, ({ params }) =>
          params.called === '1777'
            ? new Promise<undefined>((resolve) => {
                answer = resolve;
              })
            : undefined,
        ),
    }),
  );
  const redirecting = { driverOptions: { redirect: 'route' } };
  rig.registrar.routes.set('1555', { groups: [[to(carrier, redirecting)]] });
  const caller = alice.call('1555');
  await rig.clock.advance(1_000);
  caller.cancel();
  expect(await caller.refused.wait()).toBe(487);
  answer(undefined);
  expect(await rig.faults()).toEqual([]);
});

test('a carrier answers 422 and gets the same INVITE with a longer session', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const carrier = await rig.phone('carrier', undefined);
  carrier.onCall = (call) => {
    if (carrier.calls.length === 1) call.reject(422, [['Min-SE', '7200']]);
    else call.answer();
  };
  rig.registrar.routes.set('1555', { groups: [[to(carrier)]] });
  const caller = alice.call('1555');
  await caller.answered.wait();
  const [refused, taken] = carrier.calls.map(({ incoming }) => incoming!.request);
  expect(taken?.callId).toBe(refused?.callId);
  expect(taken?.fromTag).toBe(refused?.fromTag);
  expect(taken?.cseq.number).toBe(2);
  expect(taken?.get('Session-Expires')).toBe('7200');
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
  expect(rig.finals('outgoing')).toHaveLength(1);
});

test('a carrier that cannot be reached is left at once for the next', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const carrier = await rig.phone('carrier', undefined);
  const nobody: Branch = { callto: 'sip/sip:1555@127.0.9.9:5060' };
  rig.registrar.routes.set('1555', { groups: [[nobody], [to(carrier)]] });
  const waiting = carrier.nextCall();
  const caller = alice.call('1555');
  (await waiting).reject(486);
  expect(await caller.refused.wait()).toBe(486);
  expect(await rig.faults()).toEqual([]);
});

test('a number withheld stays unknown to the phone and known to the trusted carrier', async () => {
  await using rig = await SipRig.start({ sip: { peers: '127.0.1.1' } });
  const peer = await rig.phone('peer', undefined, { server: '127.0.0.11:5070' });
  const [phone, carrier] = [await rig.phone('bob', 'b'), await rig.phone('carrier', undefined)];
  const trusted = { driverOptions: { trusted: true } };
  rig.registrar.routes.set('both', { groups: [[to(phone)], [to(carrier, trusted)]] });
  const headers = [
    ['P-Asserted-Identity', '<sip:+15551234@example.com>'],
    ['Privacy', 'id'],
  ] as const;
  const [first, second] = [phone.nextCall(), carrier.nextCall()];
  const caller = peer.call('both', { headers, sdp: phoneSdp('peer') });
  const shown = (await first).incoming!.request;
  expect(shown.from.uriText).toBe('sip:anonymous@anonymous.invalid');
  expect(shown.get('P-Asserted-Identity')).toBeUndefined();
  (await first).reject(503);
  const told = (await second).incoming!.request;
  expect(told.get('P-Asserted-Identity')).toBe('<sip:+15551234@example.com>');
  expect(told.get('Privacy')).toBe('id');
  (await second).reject(486);
  await caller.refused.wait();
  expect(await rig.faults()).toEqual([]);
});
