import { definePlugin } from '@tandem/engine';
import type { TrunkRegistered, TrunkRegisterParams } from '@tandem/messages';
import { CarrierRegistrar, type Phone, SipRig } from '@tandem/testing';
import { expect, test } from 'vitest';

function ask(
  rig: SipRig,
  carrier: Phone,
  part: Partial<TrunkRegisterParams> = {},
): Promise<TrunkRegistered> {
  const params = {
    trunk: 'acme',
    address: `sip:${carrier.address}`,
    username: 'acme',
    password: 'secret',
    expiresSeconds: 600,
    ...part,
  };
  return Promise.resolve(rig.engine.bus.ask('trunk.register', params)).then((answer) => {
    if (answer === undefined || 'refused' in answer) throw new Error(JSON.stringify(answer));
    return answer;
  });
}

/** Vouches for what comes by a trunk, as wholesale does. */
const vouching = definePlugin({
  name: 'vouching',
  setup(scope) {
    scope.handle('user.auth', { priority: 10 }, ({ params }) =>
      params.trunk === 'acme'
        ? { username: '', realm: params.realm, ha1Md5: '', ha1Sha256: '', isTrusted: true }
        : undefined,
    );
  },
});

test('a trunk is registered with its password, and refreshed under the same Call-ID', async () => {
  await using rig = await SipRig.start();
  const carrier = await rig.phone('carrier', undefined);
  const registrar = new CarrierRegistrar(carrier, rig.clock);
  expect(await ask(rig, carrier)).toEqual({ status: 200, phrase: 'OK', expiresSeconds: 600 });
  expect(registrar.answers).toEqual([401, 200]);
  await ask(rig, carrier);
  const [first, second, third] = registrar.requests;
  expect(second?.callId).toBe(first?.callId);
  expect(third?.callId).toBe(first?.callId);
  expect(registrar.requests.map(({ cseq }) => cseq.number)).toEqual([1, 2, 3]);
  expect(first?.uri).toBe(`sip:${carrier.address}`);
  expect(first?.to.uriText).toBe('sip:acme@127.0.1.1');
  expect(registrar.contacts).toHaveLength(1);
  expect(registrar.contacts[0]?.uri).toMatch(/^sip:acme@127\.0\.0\.11:5060;line=[\w-]{16}$/);
  expect(await rig.faults()).toEqual([]);
});

test('a registration over a connection is renewed before that is idle for too long', async () => {
  await using rig = await SipRig.start({
    sip: { listen: 'tcp:127.0.0.11:5060', connectionIdle: '200s' },
  });
  const carrier = await rig.phone('carrier', undefined, { transport: 'tcp' });
  const registrar = new CarrierRegistrar(carrier, rig.clock);
  const address = `sip:${carrier.address};transport=tcp`;
  expect(await ask(rig, carrier, { address })).toEqual({
    status: 200,
    phrase: 'OK',
    expiresSeconds: 600,
    renewSeconds: 100,
  });
  expect(registrar.contacts[0]?.uri).toContain(';transport=tcp;line=');
});

test('a registrar that wants longer gets it, and one that gives less is believed', async () => {
  await using rig = await SipRig.start();
  const [long, short] = [await rig.phone('a', undefined), await rig.phone('b', undefined)];
  const patient = new CarrierRegistrar(long, rig.clock, { minExpiresSeconds: 1_800 });
  expect(await ask(rig, long)).toMatchObject({ status: 200, expiresSeconds: 1_800 });
  expect(patient.answers).toEqual([401, 423, 200]);
  const brief = new CarrierRegistrar(short, rig.clock, { maxExpiresSeconds: 60 });
  expect(await ask(rig, short)).toMatchObject({ status: 200, expiresSeconds: 60 });
  expect(brief.answers).toEqual([401, 200]);
  expect(await rig.faults()).toEqual([]);
});

test('a wrong password is asked for once, and told', async () => {
  await using rig = await SipRig.start();
  const carrier = await rig.phone('carrier', undefined);
  const registrar = new CarrierRegistrar(carrier, rig.clock);
  const told = await ask(rig, carrier, { password: 'wrong' });
  expect(told).toMatchObject({ status: 401, expiresSeconds: 0 });
  expect(registrar.answers).toEqual([401, 401]);
  expect(await rig.faults()).toEqual([]);
});

test('a registrar that asks for a password for ever is left', async () => {
  await using rig = await SipRig.start();
  const carrier = await rig.phone('carrier', undefined);
  const registrar = new CarrierRegistrar(carrier, rig.clock);
  registrar.instead = (request) => {
    const nonce = registrar.requests.length;
    const value = `Digest realm="r", nonce="${nonce}", stale=true`;
    request.respond(401, { headers: [['WWW-Authenticate', value]] });
    return true;
  };
  expect(await ask(rig, carrier)).toMatchObject({ status: 401 });
  expect(registrar.requests).toHaveLength(3);
  expect(await rig.faults()).toEqual([]);
});

test('a nonce that has grown old costs one more round', async () => {
  await using rig = await SipRig.start();
  const carrier = await rig.phone('carrier', undefined);
  const registrar = new CarrierRegistrar(carrier, rig.clock);
  await ask(rig, carrier);
  await rig.clock.advance(400_000);
  expect(await ask(rig, carrier)).toMatchObject({ status: 200 });
  expect(registrar.answers).toEqual([401, 200, 401, 200]);
  expect(await rig.faults()).toEqual([]);
});

test('a registrar that says nothing, or to wait, is told of so', async () => {
  await using rig = await SipRig.start();
  const carrier = await rig.phone('carrier', undefined);
  const registrar = new CarrierRegistrar(carrier, rig.clock);
  registrar.instead = () => true;
  const silent = ask(rig, carrier);
  await rig.clock.advance(33_000);
  expect(await silent).toMatchObject({ status: 408, expiresSeconds: 0 });
  registrar.instead = (request) => {
    request.respond(503, { headers: [['Retry-After', '120']] });
    return true;
  };
  expect(await ask(rig, carrier)).toMatchObject({ status: 503, retryAfterSeconds: 120 });
  expect(await rig.faults()).toEqual([]);
});

test('a contact that another node left behind is taken back, and that of a stranger is not', async () => {
  await using rig = await SipRig.start();
  const carrier = await rig.phone('carrier', undefined);
  const registrar = new CarrierRegistrar(carrier, rig.clock);
  await ask(rig, carrier);
  const instance = /\+sip\.instance="([^"]+)"/.exec(registrar.contacts[0]?.text ?? '')?.[1] ?? '';
  const server = carrier.address;
  const sister = await rig.phone('acme', 'secret', { server });
  const stranger = await rig.phone('acme', 'secret', { server });
  for (const [phone, id] of [
    [sister, instance],
    [stranger, '<urn:uuid:00000000-0000-8000-8000-000000000000>'],
  ] as const) {
    const contacts = [`<${phone.contact};line=old>;+sip.instance="${id}"`];
    await phone.register({ contacts });
  }
  expect(registrar.contacts).toHaveLength(3);
  await ask(rig, carrier);
  await rig.clock.advance(1_000);
  expect(
    registrar.contacts.map(({ uri }) => uri).filter((uri) => uri.includes('line=old')),
  ).toEqual([`${stranger.contact};line=old`]);
  expect(await rig.faults()).toEqual([]);
});

test('a call to the registered contact comes by its trunk, with the number of To', async () => {
  await using rig = await SipRig.start({ sip: { unknownSource: 'drop' } });
  await rig.engine.install(vouching);
  const carrier = await rig.phone('carrier', undefined);
  const bob = await rig.phone('bob', undefined);
  const registrar = new CarrierRegistrar(carrier, rig.clock);
  await ask(rig, carrier);
  const asked: (string | undefined)[] = [];
  await rig.engine.install(
    definePlugin({
      name: 'notes',
      setup: (scope) =>
        scope.handle('call.route', { priority: 5 }, ({ facts, params }) => {
          asked.push(`${facts.line} ${params.called}`);
          return undefined;
        }),
    }),
  );
  rig.registrar.routes.set('493012', { groups: [[{ callto: `sip/${bob.contact}` }]] });
  const uri = registrar.contacts[0]?.uri ?? '';
  bob.onCall = (call) => call.reject(486);
  const to = `sip:493012@carrier.example`;
  const called = carrier.call('', { uri, to });
  expect(await called.refused.wait()).toBe(486);
  const direct = carrier.call('', { uri: uri.replace('acme@', '493012@') });
  expect(await direct.refused.wait()).toBe(486);
  const bare = carrier.call('', { uri: uri.replace(/;line=.*/, ''), to });
  expect(await bare.refused.wait()).toBe(486);
  expect(asked).toEqual(['acme 493012', 'acme 493012', 'acme 493012']);
  expect(await rig.faults()).toEqual([]);
});

test('a guessed line, or the bare user from elsewhere, opens nothing', async () => {
  await using rig = await SipRig.start({ sip: { unknownSource: 'forbid' } });
  await rig.engine.install(vouching);
  const carrier = await rig.phone('carrier', undefined);
  const thief = await rig.phone('thief', undefined);
  const registrar = new CarrierRegistrar(carrier, rig.clock);
  await ask(rig, carrier);
  expect(registrar.contacts).toHaveLength(1);
  for (const uri of [`sip:acme@${rig.server};line=AAAAAAAAAAAAAAAA`, `sip:acme@${rig.server}`]) {
    expect(await thief.call('', { uri }).refused.wait()).toBe(403);
  }
  expect(await rig.faults()).toEqual([]);
});

test('a registrar is never banned while it may send calls', async () => {
  const limits = { rateLimit: '1', rateBurst: '5', unknownSource: 'challenge' };
  await using rig = await SipRig.start({ sip: limits });
  const carrier = await rig.phone('carrier', undefined);
  const registrar = new CarrierRegistrar(carrier, rig.clock);
  await ask(rig, carrier);
  const flood = async (): Promise<void> => {
    for (let n = 0; n < 30; n++) {
      carrier.request('OPTIONS', `sip:${rig.server}`, []).catch(() => undefined);
    }
    await rig.clock.advance(100);
  };
  await flood();
  expect(await rig.meter('tandem_sip_banned_addresses')).toBe(0);
  await ask(rig, carrier, { expiresSeconds: 0 });
  expect(registrar.contacts).toEqual([]);
  await rig.clock.advance(61_000);
  await flood();
  expect(await rig.meter('tandem_sip_banned_addresses')).toBe(1);
});

test('a registration that was taken back is not found again after a minute', async () => {
  await using rig = await SipRig.start({ sip: { unknownSource: 'forbid' } });
  await rig.engine.install(vouching);
  const carrier = await rig.phone('carrier', undefined);
  const registrar = new CarrierRegistrar(carrier, rig.clock);
  await ask(rig, carrier);
  const uri = registrar.contacts[0]?.uri ?? '';
  expect(await ask(rig, carrier, { expiresSeconds: 0 })).toMatchObject({ status: 200 });
  expect(registrar.contacts).toEqual([]);
  await rig.clock.advance(61_000);
  expect(await carrier.call('', { uri }).refused.wait()).toBe(403);
  expect(await rig.faults()).toEqual([]);
});

test('a peer that answers OPTIONS, refuses it, or says nothing, is told of', async () => {
  await using rig = await SipRig.start();
  const carrier = await rig.phone('carrier', undefined);
  const registrar = new CarrierRegistrar(carrier, rig.clock);
  const params = { trunk: 'acme', address: carrier.address, timeoutMs: 5_000 };
  const probe = () => Promise.resolve(rig.engine.bus.ask('trunk.probe', params));
  expect(await probe()).toEqual({ status: 200, phrase: 'OK', durationMs: 0 });
  registrar.instead = (request) => {
    request.respond(404);
    return true;
  };
  expect(await probe()).toMatchObject({ status: 404 });
  registrar.instead = () => true;
  const silent = probe();
  await rig.clock.advance(5_100);
  expect(await silent).toMatchObject({ status: 408 });
  const nobody = { ...params, address: 'sip:127.0.9.9:5060' };
  expect(await rig.engine.bus.ask('trunk.probe', nobody)).toMatchObject({ status: 503 });
  expect(await rig.faults()).toEqual([]);
});
