import { type HeaderLine, reasonPhrase } from '@tandem/sip-stack';
import { phoneSdp, SipRig } from '@tandem/testing';
import { describe, expect, test } from 'vitest';

const HOSTILE: readonly {
  readonly what: string;
  readonly status: number;
  readonly headers?: readonly HeaderLine[];
  readonly uri?: string;
  readonly answered?: HeaderLine;
}[] = [
  {
    what: 'an extension nobody knows',
    status: 420,
    headers: [['Require', 'foo, 100rel']],
    answered: ['Unsupported', 'foo'],
  },
  {
    what: 'an extension for proxies nobody knows',
    status: 420,
    headers: [['Proxy-Require', 'bar']],
  },
  {
    what: 'a session timer that is too short',
    status: 422,
    headers: [
      ['Session-Expires', '30'],
      ['Supported', 'timer'],
    ],
    answered: ['Min-SE', '90'],
  },
  { what: 'a Route that is not ours', status: 403, headers: [['Route', '<sip:192.0.2.1;lr>']] },
  {
    what: 'a Record-Route that cannot be read',
    status: 400,
    headers: [['Record-Route', 'nonsense']],
  },
  { what: 'maddr', status: 403, uri: 'sip:bob@127.0.0.11:5060;maddr=192.0.2.1' },
  { what: 'headers in the URI', status: 400, uri: 'sip:bob@127.0.0.11:5060?X-callto=tone' },
  { what: 'a scheme that is not routed', status: 416, uri: 'mailto:bob@example.com' },
];

describe('refused before anybody is asked:', () => {
  test.each(HOSTILE)('$what gets $status', async ({ status, headers, uri, answered }) => {
    await using rig = await SipRig.start();
    const alice = await rig.phone('alice', 'a');
    const caller = alice.call('bob', {
      ...(headers !== undefined && { headers }),
      ...(uri !== undefined && { uri }),
    });
    expect(await caller.refused.wait()).toBe(status);
    expect(caller.responses.at(-1)?.reason).toBe(reasonPhrase(status));
    if (answered !== undefined) expect(caller.responses.at(-1)?.get(answered[0])).toBe(answered[1]);
    expect(rig.records).toEqual([]);
    expect(await rig.faults()).toEqual([]);
  });
});

test('a call without hops left gets 483, with one left it goes on with none', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  rig.registrar.known.set(alice.address.replace(/:\d+$/, ''), 'alice');
  const caller = alice.call('nobody');
  await caller.refused.wait();
  const invite = rig.network.log.find(({ text }) => text.startsWith('INVITE'));
  for (const left of ['0', '1']) {
    const text = invite!.text
      .replace('Max-Forwards: 70', `Max-Forwards: ${left}`)
      .replace('INVITE sip:nobody', 'INVITE sip:bob')
      .replace(/branch=\S+/, `branch=z9hG4bKhops${left}`)
      .replace(/Call-ID: \S+/, `Call-ID: hops${left}`);
    rig.network.send({ ...invite!, text });
    await rig.clock.advance(10);
    const statuses = rig.network.log
      .filter(({ to, text: answer }) => to === alice.address && answer.includes(`hops${left}`))
      .map(({ text: answer }) => answer.slice(8, 11));
    expect(statuses.at(-1)).toBe(left === '0' ? '483' : '100');
  }
  expect(bob.calls.map(({ incoming }) => incoming!.request.get('Max-Forwards'))).toEqual(['0']);
  bob.calls[0]!.reject(486);
  await rig.clock.advance(40_000);
  expect(await rig.faults()).toEqual([]);
});

test('a contact at our own address is refused, so that no call calls itself', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a', { contact: 'sip:alice@127.0.0.11:5060' });
  expect(await alice.call('bob').refused.wait()).toBe(403);
});

test('a body above 32 kB gets 513, one of an unknown kind 415 with what is taken', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const big = alice.call('bob', { sdp: `${phoneSdp('alice')}${'a=x\r\n'.repeat(7_000)}` });
  expect(await big.refused.wait()).toBe(513);
  const odd = alice.call('bob', { headers: [['Content-Encoding', 'gzip']] });
  expect(await odd.refused.wait()).toBe(415);
});

test('a caller with a wrong password and one nobody knows get the same challenge', async () => {
  await using rig = await SipRig.start();
  const forger = await rig.phone('alice', 'wrong');
  const stranger = await rig.phone('nobody', 'x');
  expect(await forger.call('bob').refused.wait()).toBe(401);
  expect(await stranger.call('bob').refused.wait()).toBe(401);
  expect(rig.records).toEqual([]);
});

test('strangers are dropped without a word where the conf says so', async () => {
  await using rig = await SipRig.start({ sip: { unknownSource: 'drop' } });
  const stranger = await rig.phone('mallory', undefined);
  const known = await rig.phone('trunk', undefined);
  rig.registrar.known.set('127.0.1.2', 'acme');
  stranger.call('bob');
  await rig.clock.advance(1_000);
  expect(rig.network.log.some(({ from }) => from === rig.server)).toBe(false);
  // Whom somebody vouches for by his address gets in without a password.
  expect(await known.call('nobody').refused.wait()).toBe(404);
  expect(rig.records[0]).toMatchObject({ username: 'acme' });
  expect(await rig.meter('tandem_sip_refused_total', { reason: 'unknownsource' })).toBe(2);
});

test('strangers get 403 where the conf says so', async () => {
  await using rig = await SipRig.start({ sip: { unknownSource: 'forbid' } });
  const stranger = await rig.phone('mallory', undefined);
  expect(await stranger.call('bob').refused.wait()).toBe(403);
  expect((await stranger.register()).status).toBe(403);
});

test('with nobody who could know a user, strangers are dropped', async () => {
  await using rig = await SipRig.start();
  await rig.engine.remove('memory-registrar');
  const stranger = await rig.phone('mallory', undefined);
  stranger.call('bob');
  await rig.clock.advance(1_000);
  expect(rig.network.log.some(({ from }) => from === rig.server)).toBe(false);
});

test('requests that are no calls are answered, the same for users known or not', async () => {
  await using rig = await SipRig.start();
  const [alice] = await rig.aliceAndBob();
  const statusOf = async (method: string, user = 'bob'): Promise<number> =>
    (await alice.request(method, `sip:${user}@${rig.server}`, [])).status;
  expect(await statusOf('OPTIONS', 'bob')).toBe(200);
  expect(await statusOf('OPTIONS', 'nobody')).toBe(200);
  expect(await statusOf('MESSAGE')).toBe(405);
  expect(await statusOf('REFER')).toBe(405);
  expect(await statusOf('SUBSCRIBE')).toBe(489);
  expect(await statusOf('PUBLISH')).toBe(489);
  expect(await statusOf('BYE')).toBe(481);
  expect(await statusOf('NOTIFY')).toBe(481);
});

test('a node that drains refuses new calls with Retry-After, and says so to who asks', async () => {
  await using rig = await SipRig.start();
  const [alice] = await rig.aliceAndBob();
  rig.switch.stopAccepting();
  const caller = alice.call('bob');
  expect(await caller.refused.wait()).toBe(503);
  const seconds = Number(caller.responses.at(-1)?.get('Retry-After'));
  expect(seconds).toBeGreaterThanOrEqual(2);
  expect(seconds).toBeLessThanOrEqual(10);
  const asked = await alice.request('OPTIONS', `sip:${rig.server}`, []);
  expect(asked.status).toBe(503);
  expect(asked.get('Retry-After')).toBeDefined();
  // Nothing was kept of the refused call.
  expect(await rig.meter('tandem_sip_transactions', { kind: 'inviteServers' })).toBe(0);
  expect(rig.records).toEqual([]);
});

test('a node that drains still takes calls of its sisters, for phones that only it can reach', async () => {
  await using rig = await SipRig.start({ sip: { peers: '127.0.1.0/24' } });
  const sister = await rig.phone('node2', undefined, { server: '127.0.0.11:5070' });
  rig.switch.stopAccepting();
  expect(await sister.call('nobody').refused.wait()).toBe(404);
  expect(await rig.faults()).toEqual([]);
});
