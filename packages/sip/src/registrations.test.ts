import { phoneSdp, SipRig } from '@tandem/testing';
import { expect, test } from 'vitest';

test('a REGISTER with the right password stores the contact with its flow', async () => {
  await using rig = await SipRig.start();
  const bob = await rig.phone('bob', 'b');
  const response = await bob.register({ expiresSeconds: 300 });
  expect(response.status).toBe(200);
  expect(response.getAll('Contact')).toEqual([`<${bob.contact}>;expires=300`]);
  expect(rig.registrar.registers[0]).toMatchObject({
    username: 'bob',
    driver: 'sip',
    nodename: 'node1',
    boot: 'b1',
    address: bob.address,
    contacts: [
      {
        data: `sip/${bob.contact}`,
        connection: `udp;udp:127.0.0.11:5060;${bob.address};0;b1`,
        path: [],
        q: 1,
      },
    ],
  });
});

test('of a REGISTER without a password nothing is kept but its 401', async () => {
  await using rig = await SipRig.start();
  const bob = await rig.phone('bob', 'b');
  await bob.register();
  const registers = rig.network.log.filter(
    ({ from, text }) => from === bob.address && text.startsWith('REGISTER'),
  );
  expect(registers).toHaveLength(2);
  expect(await rig.meter('tandem_sip_transactions', { kind: 'requestServers' })).toBe(1);
});

test('an unknown user and a wrong password get the same answer', async () => {
  await using rig = await SipRig.start();
  const stranger = await rig.phone('nobody', 'x');
  const forger = await rig.phone('bob', 'wrong');
  const unknown = await stranger.register();
  const wrong = await forger.register();
  expect([unknown.status, wrong.status]).toEqual([401, 401]);
  const shape = (response: typeof wrong): string[] => {
    const names: string[] = [];
    response.headers.forEach((key) => names.push(key));
    return names;
  };
  expect(shape(unknown)).toEqual(shape(wrong));
  expect(rig.registrar.registers).toEqual([]);
  expect(await rig.meter('tandem_sip_auth_refused_total', { reason: 'password' })).toBe(2);
});

test('a phone may not register for another user', async () => {
  await using rig = await SipRig.start();
  const forger = await rig.phone('alice', 'b', { username: 'bob' });
  expect((await forger.register()).status).toBe(403);
  expect(rig.registrar.bindings.has('alice')).toBe(false);
});

test('a digest that was seen on the wire passes no second time', async () => {
  await using rig = await SipRig.start();
  const bob = await rig.phone('bob', 'b');
  await bob.register();
  const register = rig.network.log.findLast(
    ({ from, text }) => from === bob.address && text.startsWith('REGISTER'),
  );
  const replay = register!.text
    .replace(/branch=\S+/, 'branch=z9hG4bKreplay')
    .replace('CSeq: 2', 'CSeq: 3');
  rig.network.send({ ...register!, text: replay });
  await rig.clock.advance(10);
  const answer = rig.network.log.at(-1)?.text;
  expect(answer).toMatch(/^SIP\/2.0 401/);
  expect(answer).toContain('stale=true');
  expect(rig.registrar.registers).toHaveLength(1);
  expect(await rig.meter('tandem_sip_auth_refused_total', { reason: 'replayed' })).toBe(1);
});

test('several contacts are stored together and the 200 lists all of them with q and expiry', async () => {
  await using rig = await SipRig.start();
  const bob = await rig.phone('bob', 'b');
  const other = 'sip:bob@198.51.100.9:5062';
  const response = await bob.register({
    contacts: [`<${bob.contact}>;q=0.5;expires=120, <${other}>;q=1`],
    expiresSeconds: 600,
  });
  expect(response.getAll('Contact')).toEqual([
    `<${bob.contact}>;expires=120;q=0.5`,
    `<${other}>;expires=600`,
  ]);
  expect(rig.registrar.registers).toHaveLength(1);
  // The other one is no flow of this phone's, and stays as it was written.
  expect(rig.registrar.registers[0]?.contacts[1]).toMatchObject({
    data: `sip/${other}`,
    connection: '',
  });
});

test('a REGISTER without contacts is a question', async () => {
  await using rig = await SipRig.start();
  const bob = await rig.phone('bob', 'b');
  await bob.register();
  const response = await bob.register({ contacts: [] });
  expect(response.status).toBe(200);
  expect(response.getAll('Contact')).toHaveLength(1);
});

test('Contact star with Expires 0 takes everything back, with any other expiry it is refused', async () => {
  await using rig = await SipRig.start();
  const bob = await rig.phone('bob', 'b');
  await bob.register();
  expect((await bob.register({ contacts: ['*'], expiresSeconds: 60 })).status).toBe(400);
  expect(rig.registrar.bindings.get('bob')?.size).toBe(1);
  const response = await bob.register({ contacts: ['*'], expiresSeconds: 0 });
  expect(response.status).toBe(200);
  expect(response.getAll('Contact')).toEqual([]);
  expect(rig.registrar.bindings.get('bob')?.size).toBe(0);
});

test('too short an expiry gets 423 and Min-Expires, too long a one is cut', async () => {
  await using rig = await SipRig.start();
  const bob = await rig.phone('bob', 'b');
  const short = await bob.register({ expiresSeconds: 10 });
  expect(short.status).toBe(423);
  expect(short.get('Min-Expires')).toBe('60');
  const long = await bob.register({ expiresSeconds: 1_000_000 });
  expect(long.get('Contact')).toBe(`<${bob.contact}>;expires=3600`);
  expect((await bob.unregister()).getAll('Contact')).toEqual([]);
});

test('a phone behind NAT is stored where its packets come from, briefly, and kept reachable', async () => {
  await using rig = await SipRig.start();
  const bob = await rig.phone('bob', 'b', { contact: 'sip:bob@192.168.1.9:5071' });
  const response = await bob.register({ expiresSeconds: 3_600 });
  expect(response.get('Contact')).toBe('<sip:bob@192.168.1.9:5071>;expires=120');
  expect(rig.registrar.registers[0]?.contacts[0]?.data).toBe(`sip/sip:bob@${bob.address}`);
  await rig.clock.advance(31_000);
  await rig.clock.advance(60_000);
  const keepAlives = rig.network.log.filter(
    ({ to, text }) => to === bob.address && text === '\r\n\r\n',
  );
  // One each half minute, whatever the number of phones.
  expect(keepAlives).toHaveLength(3);
  expect(await rig.meter('tandem_sip_registration_flows')).toBe(1);
  await rig.clock.advance(90_000);
  expect(await rig.meter('tandem_sip_registration_flows')).toBe(0);
});

test('a phone behind NAT is called on its own flow, and gets requests within the call there', async () => {
  await using rig = await SipRig.start({ sip: { natKeepAlive: 'off' } });
  const alice = await rig.phone('alice', 'a', { contact: 'sip:alice@192.168.1.8:5072' });
  const bob = await rig.phone('bob', 'b', { contact: 'sip:bob@192.168.1.9:5071' });
  await bob.register();
  const waiting = bob.nextCall();
  const caller = alice.call('bob');
  const callee = await waiting;
  callee.answer();
  await caller.answered.wait();
  await callee.answered.wait();
  expect(await callee.hold()).toBe(200);
  expect(await caller.sendDigit('7')).toBe(200);
  expect(caller.remoteSdp).toContain('a=sendonly');
  await callee.hangUp();
  await caller.ended.wait();
  expect(await rig.faults()).toEqual([]);
});

test('a contact at our own address, with headers or with maddr is refused', async () => {
  await using rig = await SipRig.start();
  const bob = await rig.phone('bob', 'b');
  const statusOf = async (contact: string): Promise<number> =>
    (await bob.register({ contacts: [`<${contact}>`] })).status;
  expect(await statusOf(`sip:bob@${rig.server}`)).toBe(403);
  expect(await statusOf('sip:bob@192.0.2.1;maddr=192.0.2.2')).toBe(403);
  expect(await statusOf('sip:bob@192.0.2.1?Route=x')).toBe(400);
  expect(await statusOf('tel:+15551234')).toBe(400);
  expect(rig.registrar.registers).toEqual([]);
});

test('an instance and its flow number come back in the 200', async () => {
  await using rig = await SipRig.start();
  const bob = await rig.phone('bob', 'b');
  const response = await bob.register({
    contacts: [`<${bob.contact}>;+sip.instance="<urn:uuid:1>";reg-id=1`],
    headers: [['Require', 'outbound']],
  });
  expect(response.get('Contact')).toContain(';+sip.instance="<urn:uuid:1>";reg-id=1');
});

test('a phone whose connection belongs to a former boot is not here', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const flow = 'tcp;tcp:127.0.0.11:5060;127.0.1.9:5060;4;b0';
  const branch = { callto: 'sip/sip:bob@127.0.1.9:5060', params: { connection: flow } };
  rig.registrar.routes.set('bob', { groups: [[branch]] });
  expect(await alice.call('bob').refused.wait()).toBe(480);
  expect(await rig.faults()).toEqual([]);
});

test('a UDP phone is reached after the node was started anew', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const bob = await rig.phone('bob', 'b');
  const connection = `udp;udp:127.0.0.11:5060;${bob.address};0;b0`;
  const branch = { callto: 'sip/sip:bob@192.168.1.9:5071', params: { connection } };
  rig.registrar.routes.set('bob', { groups: [[branch]] });
  const waiting = bob.nextCall();
  const caller = alice.call('bob', { sdp: phoneSdp('alice') });
  (await waiting).reject(603);
  expect(await caller.refused.wait()).toBe(603);
  expect(await rig.faults()).toEqual([]);
});
