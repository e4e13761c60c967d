import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { NodeRow } from '@tandem/console';
import { systemClock } from '@tandem/engine';
import { freePort, Phone } from '@tandem/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { hasKamailio, Kamailio } from '../harness/kamailio.ts';
import { isOver, isUp, rings } from '../harness/phones.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';
import { hasSipp } from '../harness/sipp.ts';
import { callThrough, forge } from '../stories/balanced.ts';
import { type Ground, type Place, register } from '../stories/scripted.ts';
import { CALLER, PHONE, storyConf } from '../stories/stage.ts';

const BALANCER = '127.0.0.31';
const CARRIER = '127.0.0.32';
const isPossible = hasNats && hasKamailio;

if (!isPossible) {
  console.warn('SKIPPED, LOUDLY: needs nats-server and kamailio (apt-get install kamailio)');
}

describe.skipIf(!isPossible)('three nodes behind a real Kamailio', () => {
  let cluster: ProcessCluster;
  let balancer: Kamailio;

  beforeAll(async () => {
    cluster = await ProcessCluster.start({
      users: ['alice', 'bob', 'carol'],
      // It vouches for the address of SIPp, behind the balancer.
      conf: `[sip]\ntrustedProxies=${BALANCER}\n${storyConf}`,
    });
    balancer = await Kamailio.start(
      BALANCER,
      cluster.nodes.map(({ sip }) => sip),
    );
    await eventually('the balancer probes the nodes', async () => {
      const counts = await Promise.all(cluster.nodes.map((node) => probes(node.url('/metrics'))));
      return counts.every((count) => count > 0);
    });
  });
  afterAll(async () => {
    await balancer?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  const phone = async (name: string): Promise<Phone> =>
    Phone.open({
      clock: systemClock,
      name,
      password: `secret-${name}`,
      server: balancer.place,
      host: '127.0.0.1',
    });

  const ground = (): Ground => ({
    directory: cluster.directory,
    cluster: { node: () => ({ sip: balancer.place }) },
  });
  const registerThrough = async (place: Place): Promise<void> => {
    const contact = `<sip:carol@${place.localHost}:${place.localPort}>`;
    await register({ sip: balancer.place }, 'carol', { place, contact });
  };
  const ownerOf = async (user: string): Promise<string | undefined> => {
    const [row] = await cluster.database.query<{ location: string }>(
      'select location from registrations where username = $1 order by expires_at desc limit 1',
      [user],
    );
    return /^cluster\/(node[123])\//.exec(row?.location ?? '')?.[1];
  };

  test('a phone registers through it, is called through it by its Path, and everything within the call passes it', async () => {
    await using bob = await phone('bob');
    await using alice = await phone('alice');
    const registered = await bob.register();
    expect(registered.status, balancer.output).toBe(200);
    expect(registered.get('Path')).toContain(BALANCER);
    const rows = await cluster.database.query<{ location: string; path: string[] }>(
      `select location, path from registrations where username = 'bob'`,
    );
    expect(rows[0]?.location).toMatch(/^cluster\/node[123]\/sip\//);
    expect(rows[0]?.path[0]).toContain(`sip:${BALANCER}`);

    const call = alice.call('bob');
    const incoming = await bob.nextCall();
    expect(incoming.incoming?.flow.remoteAddress).toBe(BALANCER);
    expect(incoming.incoming?.request.has('Record-Route')).toBe(true);
    incoming.ring();
    await rings(call);
    incoming.answer();
    await isUp(call);
    expect(await call.hold()).toBe(200);
    expect(await incoming.hold('inactive')).toBe(200);
    expect(await call.sendDigit('5')).toBe(200);
    expect(await incoming.hangUp()).toBe(200);
    await isOver(call);
    // Known by the address that the balancer noted, not by the balancer's. Where the call was handed
    // on, the other node has a record as well, of a call from its sister.
    await eventually('the call has its record', async () => {
      const records = (await Promise.all(cluster.nodes.map((node) => node.cdrs()))).flat();
      return records.some(
        ({ operation, direction, address }) =>
          operation === 'finalize' && direction === 'incoming' && address === alice.address,
      );
    });
    await bob.unregister();
  });

  test.skipIf(!hasSipp)(
    '33. SIPp behind it: its Record-Route is followed by ACK, re-INVITE and BYE from both sides',
    async () => {
      const place = { localHost: PHONE, localPort: await freePort(PHONE) };
      await registerThrough(place);
      for (const isHungUpByPhone of [false, true]) {
        await callThrough(ground(), BALANCER, 'carol', place, isHungUpByPhone);
      }
    },
  );

  test.skipIf(!hasSipp)(
    '34. SIPp behind it is known by the address in the second Via, and a forged one from elsewhere is not believed',
    async () => {
      await eventually('the calls have their records', async () => {
        const records = (await Promise.all(cluster.nodes.map((node) => node.cdrs()))).flat();
        const known = records.filter(({ address }) => address.startsWith(`${CALLER}:`));
        return known.filter(({ called }) => called === 'carol').length >= 2;
      });
      await forge(ground(), 'forged-behind');
      await forge({ ...ground(), cluster }, 'forged-direct');
    },
  );

  test('32. a phone whose node died is called by another one', async () => {
    await using bob = await phone('bob');
    await using alice = await phone('alice');
    expect((await bob.register()).status).toBe(200);
    const owner = await ownerOf('bob');
    const dead = cluster.nodes.find(({ name }) => name === owner);
    // A phone of SIPp, at the same node.
    const place = { localHost: PHONE, localPort: await freePort(PHONE) };
    await eventually(
      'SIPp has registered there',
      async () => {
        if (!hasSipp) return true;
        await registerThrough(place);
        return (await ownerOf('carol')) === owner;
      },
      30_000,
    );
    await dead?.kill();
    const incoming = bob.nextCall();
    const call = await eventually(
      'the other node calls bob',
      async () => {
        const attempt = alice.call('bob');
        await eventually('an answer', () => attempt.refused.isOver || bob.calls.length > 0);
        return bob.calls.length > 0 ? attempt : undefined;
      },
      20_000,
    );
    (await incoming).answer();
    await isUp(call);
    expect(await call.hangUp()).toBe(200);
    await isOver(await incoming);
    await eventually('both others know that it is dead', async () => {
      const living = cluster.nodes.filter((node) => node !== dead);
      const shown = await Promise.all(
        living.map(async (node) => await node.api<{ nodes: NodeRow[] }>('/nodes')),
      );
      return shown.every(({ nodes }) => nodes.find(({ name }) => name === owner)?.state === 'dead');
    });
    if (hasSipp) await callThrough(ground(), BALANCER, 'carol', place, true);
    await dead?.start();
  });

  test('a trunk is registered by one node with a carrier, is called by it, and moves when that node dies', async () => {
    await using carrier = await Kamailio.startCarrier(CARRIER);
    await using bob = await phone('bob');
    await using caller = await Phone.open({
      clock: systemClock,
      name: 'caller',
      server: carrier.place,
      host: '127.0.0.1',
    });
    const file = path.join(cluster.directory, 'trunk.json');
    await writeFile(file, JSON.stringify(trunkTo(carrier.place)));
    const applied = await cluster.tandem(['apply', file, '--config', cluster.conf]);
    expect(applied.code, applied.stderr).toBe(0);
    expect((await bob.register()).status).toBe(200);

    const call = async (): Promise<void> => {
      const incoming = bob.nextCall();
      const to = 'sip:bob@carrier.example';
      const outgoing = caller.call('', { uri: `sip:acme@${carrier.place}`, to });
      (await incoming).answer();
      await isUp(outgoing);
      expect(await outgoing.hangUp()).toBe(200);
      await isOver(await incoming);
    };
    const first = await eventually('a node has registered', () => holderOf(cluster), 20_000);
    await call();
    const dead = cluster.nodes.find(({ name }) => name === first);
    await dead?.kill();
    await eventually(
      'another node has registered',
      async () => {
        const holder = await holderOf(cluster);
        return holder !== undefined && holder !== first;
      },
      30_000,
    );
    // Bob may have been at the node that died; the carrier calls nothing but the one that lives.
    expect((await bob.register()).status).toBe(200);
    await call();
  });
});

/** How many OPTIONS a node has answered. */
async function probes(metrics: string): Promise<number> {
  const text = await (await fetch(metrics)).text();
  const line = text.split('\n').find((each) => /received_total\{.*kind="OPTIONS"/.test(each));
  return Number(line?.split(' ').at(-1) ?? 0);
}

/** A tenant whose only trunk is an account with a carrier. */
function trunkTo(place: string): object {
  const account = { address: `sip:${place}`, username: 'acme', password: 'secret' };
  return {
    trunks: [{ name: 'line-1', direction: 'bidirectional', register: true, ...account }],
    tenants: [{ name: 'acme', currency: 'USD', countries: 'any', trunks: ['line-1'] }],
  };
}

/** The node that says it holds the registration, as the others that live show it. */
async function holderOf(cluster: ProcessCluster): Promise<string | undefined> {
  const node = cluster.nodes.find(({ isRunning }) => isRunning);
  const trunk = await node?.api<{
    readonly registration?: { readonly node: string | null; readonly state: string } | null;
  }>('/trunks/line-1');
  const { registration } = trunk ?? {};
  return registration?.state === 'registered' ? (registration.node ?? undefined) : undefined;
}
