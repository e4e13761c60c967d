import { type Phone, SipRig } from '@tandem/testing';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Engine, systemClock } from '@tandem/engine';
import { createSwitch } from '@tandem/switch';
import { expect, test } from 'vitest';
import { isAddressPort, readAddressPort } from './address-port.ts';
import { sipConfig } from './config.ts';
import { createSipPlugin } from './plugin.ts';
import { stackSettings } from './stack-settings.ts';

const LIMITED = { rateLimit: '5', rateBurst: '10', banTime: '60' };

async function knock(rig: SipRig, phone: Phone, times: number): Promise<void> {
  for (let count = 0; count < times; count++) {
    phone.request('OPTIONS', `sip:${rig.server}`, []).catch(() => undefined);
  }
  await rig.clock.advance(20);
}

test('an address beyond its limit is banned for a while, and others are heard', async () => {
  await using rig = await SipRig.start({ sip: LIMITED });
  const [scanner, bob] = [await rig.phone('scanner', undefined), await rig.phone('bob', 'b')];
  await knock(rig, scanner, 40);
  expect(await rig.meter('tandem_sip_banned_addresses')).toBe(1);
  expect(await rig.meter('tandem_sip_bans_total')).toBe(1);
  expect((await bob.register()).status).toBe(200);
  await rig.clock.advance(100_000);
  expect((await scanner.request('OPTIONS', `sip:${rig.server}`, [])).status).toBe(200);
  expect(await rig.meter('tandem_sip_banned_addresses')).toBe(0);
});

test.each(['trustedProxies', 'peers'])('an address of %s is never banned', async (list) => {
  await using rig = await SipRig.start({ sip: { ...LIMITED, [list]: '127.0.1.0/24' } });
  const proxy = await rig.phone('proxy', undefined);
  await knock(rig, proxy, 40);
  expect(await rig.meter('tandem_sip_banned_addresses')).toBe(0);
});

test('a trunk known by its address is never banned', async () => {
  await using rig = await SipRig.start({ sip: LIMITED });
  const trunk = await rig.phone('trunk', undefined);
  rig.registrar.known.set(trunk.address.split(':')[0]!, 'acme');
  await knock(rig, trunk, 40);
  // The memory registrar answers at once, as whoever knows trunks must.
  expect(await rig.meter('tandem_sip_banned_addresses')).toBe(0);
});

test('who guesses passwords is banned sooner', async () => {
  await using rig = await SipRig.start({ sip: LIMITED });
  const guesser = await rig.phone('alice', 'wrong');
  for (let guess = 0; guess < 4; guess++) guesser.register().catch(() => undefined);
  await rig.clock.advance(100);
  expect(await rig.meter('tandem_sip_banned_addresses')).toBe(1);
});

test('who guesses on is banned without any limit of messages, and heard again later', async () => {
  await using rig = await SipRig.start({ sip: { wrongPasswordsMax: '5', banTime: '60' } });
  const bob = await rig.phone('bob', 'b', { host: '127.0.1.50' });
  const guesser = await rig.phone('alice', 'wrong');
  for (let guess = 0; guess < 6; guess++) guesser.register().catch(() => undefined);
  await rig.clock.advance(100);
  expect(await rig.meter('tandem_sip_banned_addresses')).toBe(1);
  expect((await bob.register()).status).toBe(200);
  await rig.clock.advance(100_000);
  expect((await guesser.register()).status).toBe(401);
  expect(await rig.meter('tandem_sip_banned_addresses')).toBe(0);
});

test('a user that is not there is guessed at as dearly, and learns as little', async () => {
  await using rig = await SipRig.start({ sip: { wrongPasswordsMax: '5' } });
  const [known, unknown] = [await rig.phone('alice', 'wrong'), await rig.phone('nobody', 'wrong')];
  const answers = [await known.register(), await unknown.register()].map((response) => {
    const names: string[] = [];
    response.headers.forEach((key) => void names.push(key));
    return [response.status, response.reason, names, response.list('WWW-Authenticate').length];
  });
  expect(answers[0]).toEqual(answers[1]);
  for (let guess = 0; guess < 6; guess++) unknown.register().catch(() => undefined);
  await rig.clock.advance(100);
  expect(await rig.meter('tandem_sip_banned_addresses')).toBe(1);
});

test('a node whose loop lags refuses what is new with 503 and Retry-After, and serves its calls', async () => {
  let lagMs = 0;
  await using rig = await SipRig.start({ lagMs: () => lagMs });
  const [alice, bob] = await rig.aliceAndBob();
  const waiting = bob.nextCall();
  const caller = alice.call('bob');
  (await waiting).answer();
  await caller.answered.wait();
  lagMs = 1_500;
  const refused = alice.call('bob');
  expect(await refused.refused.wait()).toBe(503);
  expect(Number(refused.responses.at(-1)?.get('Retry-After'))).toBeGreaterThan(0);
  expect((await bob.register()).status).toBe(503);
  expect(await rig.meter('tandem_sip_shed_total', { reason: 'overload' })).toBe(2);
  expect(await caller.hold()).toBe(200);
  expect(await caller.hangUp()).toBe(200);
  expect(await rig.faults()).toEqual([]);
});

test('every message is copied to the HOMER that the conf names', async () => {
  const homer = createSocket('udp4');
  homer.bind(0, '127.0.0.1');
  await once(homer, 'listening');
  const packet = once(homer, 'message') as Promise<[Buffer]>;
  const engine = new Engine({ node: 'node1', clock: systemClock });
  const identity = { node: 'node1', boot: 'b1' };
  const switchboard = createSwitch(engine, identity);
  await engine.install(switchboard.plugin);
  await engine.install(createSipPlugin({ switchboard, identity }), {
    listen: 'udp:127.0.0.1:0',
    unknownSource: 'challenge',
    hep: `127.0.0.1:${homer.address().port}`,
  });
  const { answers } = await engine.bus.gather('node.status', {});
  const [place = ''] = answers.flatMap(({ answer }) => answer.addresses ?? []);
  const phone = createSocket('udp4');
  phone.send('OPTIONS sip:x SIP/2.0\r\n\r\n', Number(place.split(':').at(-1)), '127.0.0.1');
  const [copy] = await packet;
  expect(copy.toString('latin1')).toMatch(/^HEP3[^]*OPTIONS sip:x/);
  phone.close();
  homer.close();
  await engine.stop();
});

test('the settings of the stack are those of the conf', () => {
  const conf = { datagramMax: '0', dnsServers: '192.0.2.53', hep: '[2001:db8::9]', hepKey: 'k' };
  const settings = stackSettings(sipConfig.parse(conf), 'node1');
  expect(settings.limits?.datagramBytesMax).toBe(Infinity);
  expect(settings.dns).toEqual({ servers: ['192.0.2.53'] });
  expect(settings.hep).toEqual({
    address: '2001:db8::9',
    port: 9060,
    captureId: 2001,
    nodeName: 'node1',
    key: 'k',
  });
  expect(stackSettings(sipConfig.parse({}), 'node1').hep).toBeUndefined();
});

test('an address with a port is read, a name is none', () => {
  expect(readAddressPort('2001:db8::1')).toEqual({ address: '2001:db8::1', port: undefined });
  expect(readAddressPort('192.0.2.1:53')).toEqual({ address: '192.0.2.1', port: 53 });
  for (const text of ['', 'homer.example.com', '192.0.2.1:x', '192.0.2.1:']) {
    expect(isAddressPort(text)).toBe(false);
  }
});
