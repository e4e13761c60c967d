import { type SipCluster, startCluster } from '@tandem/testing';
import { expect, test } from 'vitest';
import { connect, hangUp } from './connect.ts';
import { EdgeProxy } from './edge-proxy.ts';

const EDGE = '127.0.2.1:5060';
const sections = { sip: { trustedProxies: '127.0.2.1' } };

/** A load balancer that sends what is new to that node, until it is told otherwise. */
function balance(cluster: SipCluster, first: string): { to: (node: string) => void } {
  let node = first;
  const pick = (): string => cluster.addressOf(node);
  void new EdgeProxy({ network: cluster.network, place: EDGE, pick });
  return {
    to: (next) => {
      node = next;
    },
  };
}

test('32. a contact with Path through a proxy is called by any node, also after the owning node died', async () => {
  await using cluster = await startCluster(3, { sections, registrar: 'database' });
  balance(cluster, 'node2');
  const bob = await cluster.registered('node2', 'bob', { server: EDGE });
  expect(await cluster.locationsOf('bob')).toEqual([`cluster/node2/sip/${bob.contact}`]);
  const alice = await cluster.phone('node1', 'alice');
  const first = await connect(cluster, alice, bob);
  await hangUp(cluster, first.caller, first.callee);
  const [invite] = cluster.wire.requests('INVITE').filter(({ to }) => to === EDGE);
  expect(invite?.from).toBe(cluster.addressOf('node2'));
  expect(invite?.sip.get('Route')).toBe(`<sip:${EDGE};lr>`);

  cluster.kill('node2');
  await cluster.pass(5_000);
  const { caller, callee } = await connect(cluster, alice, bob);
  const later = cluster.wire.requests('INVITE').findLast(({ to }) => to === EDGE);
  expect(later?.from).toBe(cluster.addressOf('node1'));
  expect(later?.sip.get('Route')).toBe(`<sip:${EDGE};lr>`);
  await hangUp(cluster, callee, caller);
  expect(await cluster.faults()).toEqual([]);
});

test('32. a Path serves without NATS, too', async () => {
  await using cluster = await startCluster(2, { sections, registrar: 'database' });
  balance(cluster, 'node2');
  const bob = await cluster.registered('node2', 'bob', { server: EDGE });
  const alice = await cluster.phone('node1', 'alice');
  cluster.cut('node1');
  const { caller, callee } = await connect(cluster, alice, bob);
  const [invite] = cluster.wire.requests('INVITE').filter(({ to }) => to === EDGE);
  expect(invite?.from).toBe(cluster.addressOf('node1'));
  await hangUp(cluster, caller, callee);
  cluster.mend('node1');
  expect(await cluster.faults()).toEqual([]);
});

test('32. the owning node’s death need not be known yet for its Path to serve', async () => {
  await using cluster = await startCluster(2, { sections, registrar: 'database' });
  balance(cluster, 'node2');
  const bob = await cluster.registered('node2', 'bob', { server: EDGE });
  const alice = await cluster.phone('node1', 'alice');
  cluster.kill('node2');
  const { caller, callee } = await connect(cluster, alice, bob);
  const [invite] = cluster.wire.requests('INVITE').filter(({ to }) => to === EDGE);
  expect(invite?.from).toBe(cluster.addressOf('node1'));
  expect(invite?.sip.get('Route')).toBe(`<sip:${EDGE};lr>`);
  expect(invite?.sip.get('X-CallTo')).toBeUndefined();
  await hangUp(cluster, callee, caller);
  expect(await cluster.faults()).toEqual([]);
});

test('33. the load balancer’s Record-Route is followed by ACK, re-INVITE and BYE from both sides', async () => {
  for (const side of ['caller', 'callee'] as const) {
    await using cluster = await startCluster(2, { sections });
    const edge = balance(cluster, 'node2');
    const bob = await cluster.registered('node2', 'bob', { server: EDGE });
    edge.to('node1');
    const alice = await cluster.phone('node1', 'alice', { server: EDGE });
    const { caller, callee } = await connect(cluster, alice, bob);
    expect(await cluster.turnUntil(caller.hold())).toBe(200);
    expect(await cluster.turnUntil(callee.hold('inactive'))).toBe(200);
    if (side === 'caller') await hangUp(cluster, caller, callee);
    else await hangUp(cluster, callee, caller);
    // No node and no phone ever speaks past the load balancer.
    const nodes = ['node1', 'node2'].map((name) => cluster.addressOf(name));
    const pairs = new Set(
      cluster.wire.messages
        .filter(({ from, to }) => from !== EDGE && to !== EDGE)
        .map(({ from, to }) => `${from} ${to}`),
    );
    expect([...pairs]).toEqual([]);
    const routed = cluster.wire.messages
      .filter(({ from, sip }) => nodes.includes(from) && sip.kind === 'request')
      .map(({ sip }) => `${sip.cseq.method} ${sip.get('Route')}`);
    for (const method of ['ACK', 'INVITE', 'BYE']) {
      expect(routed).toContain(`${method} <sip:${EDGE};lr>`);
    }
    expect(routed.filter((text) => text.endsWith('undefined'))).toEqual([]);
    expect(await cluster.faults()).toEqual([]);
  }
});

test('34. a caller behind the load balancer is known by the address in the second Via and a forged one from elsewhere is not believed', async () => {
  await using cluster = await startCluster(2, { sections });
  balance(cluster, 'node1');
  const bob = await cluster.registered('node2', 'bob');
  const alice = await cluster.phone('node1', 'alice', { server: EDGE });
  const behind = await connect(cluster, alice, bob);
  await hangUp(cluster, behind.caller, behind.callee);
  const [known] = cluster.node('node1').finals('incoming');
  expect(known?.address).toBe(alice.address);

  const carol = await cluster.phone('node1', 'carol');
  const via = [['Via', `SIP/2.0/UDP ${alice.address};branch=z9hG4bKforged`]] as const;
  const forged = await connect(cluster, carol, bob, 'bob', { headers: via });
  await hangUp(cluster, forged.caller, forged.callee);
  const [, other] = cluster.node('node1').finals('incoming');
  expect(other?.address).toBe(carol.address);
  expect(await cluster.faults()).toEqual([]);
});
