import { type Phone, type SipCluster, startCluster } from '@tandem/testing';
import { expect, test } from 'vitest';
import { connect, hangUp } from './connect.ts';

test('19. a phone behind NAT on the other node gets re-INVITE, INFO and BYE on its own flow, and keep-alives are not an attack', async () => {
  await using cluster = await startCluster(2, { registrar: 'database' });
  const alice = await cluster.phone('node1', 'alice');
  // Nobody can reach what it writes into its Contact.
  const bob = await cluster.registered('node2', 'bob', { contact: 'sip:bob@192.168.1.9:5071' });
  const { caller, callee } = await connect(cluster, alice, bob);
  expect(await cluster.turnUntil(caller.hold())).toBe(200);
  expect(await cluster.turnUntil(caller.sendDigit('5'))).toBe(200);
  expect(callee.requests.map(({ method }) => method)).toEqual(['INVITE', 'INFO']);
  expect(await cluster.turnUntil(callee.hold())).toBe(200);
  await hangUp(cluster, caller, callee);
  const places = cluster.wire.messages
    .filter(({ from, sip }) => from === cluster.addressOf('node2') && sip.kind === 'request')
    .map(({ to }) => to);
  expect(new Set(places)).toEqual(new Set([bob.address]));

  for (const text of ['\r\n\r\n', '\0\0\0\0', '\r\n', '']) {
    const [any] = cluster.wire.requests('REGISTER');
    for (let count = 0; count < 20; count++) cluster.repeat(any!, { text });
  }
  await cluster.pass(60_000);
  const node2 = cluster.node('node2');
  expect(await node2.meter('tandem_sip_malformed_total')).toBe(0);
  expect(await node2.meter('tandem_sip_keepalives_total')).toBe(80);
  const again = await connect(cluster, alice, bob);
  await hangUp(cluster, again.callee, again.caller);
  // The way to the phone is kept open as long as its registration lasts, and no longer.
  await cluster.pass(120_000);
  expect(await cluster.faults()).toEqual([]);
});

/** Where a call for Bob goes now: the nodes whose phones ring. */
async function ringing(cluster: SipCluster, alice: Phone, bobs: readonly Phone[]) {
  const before = bobs.map(({ calls }) => calls.length);
  const caller = alice.call('bob');
  await cluster.pass(1_000);
  const rung = bobs.filter(({ calls }, index) => calls.length > before[index]!);
  for (const { calls } of rung) calls.at(-1)!.reject(486);
  await cluster.until('it is refused', caller.refused);
  return { rung, status: caller.statuses.at(-1) };
}

test.each(['memory', 'database'] as const)(
  '20. a phone that moved from node1 to node2 unregisters at node2 and is gone everywhere, while an old closing flow removes nothing newer (%s)',
  async (registrar) => {
    await using cluster = await startCluster(3, { registrar });
    const alice = await cluster.phone('node3', 'alice');
    const contact = 'sip:bob@10.9.8.7:5060';
    const atHome = await cluster.registered('node1', 'bob', { contact });
    expect(await cluster.locationsOf('bob')).toEqual([
      expect.stringMatching(/^cluster\/node1\/sip\//),
    ]);
    expect(await ringing(cluster, alice, [atHome])).toEqual({ rung: [atHome], status: 486 });

    const abroad = await cluster.registered('node2', 'bob', { contact });
    expect(await cluster.locationsOf('bob')).toEqual([
      expect.stringMatching(/^cluster\/node2\/sip\//),
    ]);
    // What node1 hears of its old connection is no news of the new one.
    const { bus } = cluster.node('node1').engine;
    const connection = `udp;udp:127.0.0.11:5060;${atHome.address};0;b1`;
    await cluster.turnUntil(
      Promise.resolve(
        bus.ask('user.unregister', {
          username: '',
          connection,
          nodename: 'node1',
          boot: 'b1',
          reason: 'flow-closed',
        }),
      ),
    );
    expect(await cluster.locationsOf('bob')).toHaveLength(1);
    expect(await ringing(cluster, alice, [atHome, abroad])).toEqual({
      rung: [abroad],
      status: 486,
    });

    const { status } = await cluster.turnUntil(abroad.unregister());
    expect(status).toBe(200);
    expect(await cluster.locationsOf('bob')).toEqual([]);
    expect((await ringing(cluster, alice, [atHome, abroad])).rung).toEqual([]);
    await cluster.pass(300_000);
    expect(await cluster.faults()).toEqual([]);
  },
);

test('35. a REGISTER with less than the minimum gets 423 and Min-Expires, and Contact star with Expires 60 gets 400', async () => {
  await using cluster = await startCluster(2, { registrar: 'database' });
  const bob = await cluster.registered('node2', 'bob');
  const brief = await cluster.turnUntil(bob.register({ expiresSeconds: 10 }));
  expect(brief.status).toBe(423);
  expect(brief.get('Min-Expires')).toBe('60');
  const star = await cluster.turnUntil(bob.register({ contacts: ['*'], expiresSeconds: 60 }));
  expect(star.status).toBe(400);
  // Nothing was changed by either.
  expect(await cluster.locationsOf('bob')).toHaveLength(1);
  const away = await cluster.turnUntil(bob.register({ contacts: ['*'], expiresSeconds: 0 }));
  expect(away.status).toBe(200);
  expect(await cluster.locationsOf('bob')).toEqual([]);
  expect(await cluster.faults()).toEqual([]);
});

test('36. one digest is replayed at another node and is refused, while a phone that changes node is asked again without ringing its user for a password', async () => {
  await using cluster = await startCluster(2, { registrar: 'database' });
  const bob = await cluster.registered('node1', 'bob');
  const register = cluster.wire.requests('REGISTER').findLast(({ from }) => from === bob.address);
  const thief = await cluster.phone('node2', 'mallory');
  const node2 = cluster.addressOf('node2');
  for (const to of [node2, cluster.addressOf('node1')]) {
    const text = register!.text
      .replace(/branch=[^;\r\n]+/, `branch=z9hG4bK-${to}`)
      .replace(/Call-ID: .*/, 'Call-ID: of-a-thief');
    cluster.repeat(register!, { from: thief.address, to, text });
  }
  await cluster.pass(500);
  const answers = cluster.wire.answers('REGISTER').filter(({ to }) => to === thief.address);
  expect(answers.map(({ sip }) => sip.status)).toEqual([401, 401]);
  for (const { sip } of answers) expect(sip.get('WWW-Authenticate')).toContain('stale=true');
  expect(await cluster.locationsOf('bob')).toEqual([`cluster/node1/sip/${bob.contact}`]);

  // What the phone sends to the new node is asked for again, and its password not doubted.
  const moved = register!.text
    .replace(/branch=[^;\r\n]+/, 'branch=z9hG4bKmoved')
    .replace(/CSeq: \d+/, 'CSeq: 7');
  cluster.repeat(register!, { to: node2, text: moved });
  await cluster.pass(500);
  const asked = cluster.wire.answers('REGISTER').at(-1);
  expect(asked?.sip.status).toBe(401);
  expect(asked?.sip.get('WWW-Authenticate')).toContain('stale=true');
  expect(await cluster.faults()).toEqual([]);
});
