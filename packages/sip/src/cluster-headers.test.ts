import { definePlugin } from '@tandem/engine';
import type { Extra } from '@tandem/engine';
import { type CallBlock, routeTo } from '@tandem/messages';
import { SipRig } from '@tandem/testing';
import { expect, test } from 'vitest';

const FAMILY = [
  ['X-callto', 'sip/sip:premium@192.0.2.66'],
  ['x-BILLID', 'forged-1'],
  ['X-Nodename', 'node9'],
  ['X-Username', 'root'],
] as const;

interface Seen {
  readonly block: CallBlock;
  readonly extra: readonly Extra[];
}

/** Notes what routing sees of each call. */
async function spy(rig: SipRig): Promise<Seen[]> {
  const seen: Seen[] = [];
  await rig.engine.install(
    definePlugin({
      name: 'spy',
      setup: (scope) =>
        scope.handle('call.route', { priority: 10 }, ({ params, extra }) => {
          seen.push({ block: params, extra });
        }),
    }),
  );
  return seen;
}

test('headers of the cluster are nothing to routing when a phone sends them', async () => {
  await using rig = await SipRig.start({ sip: { headers: 'x-account, x-callto' } });
  const seen = await spy(rig);
  const alice = await rig.phone('alice', 'a');
  const headers = [...FAMILY, ['X-Account', '42'] as const];
  await alice.call('nobody', { headers }).refused.wait();
  expect(seen[0]?.block.isPeer).toBe(false);
  expect(seen[0]?.extra).toEqual([['sip_x-account', '42']]);
  expect(await rig.meter('tandem_sip_stripped_cluster_headers_total')).toBe(1);
});

test('a peer is believed on the listener for peers alone', async () => {
  await using rig = await SipRig.start({ sip: { peers: '127.0.1.0/24' } });
  const seen = await spy(rig);
  const here = await rig.phone('node2', undefined, { server: '127.0.0.11:5070' });
  const there = await rig.phone('node3', undefined);
  await here.call('cluster/', { headers: FAMILY }).refused.wait();
  await there.call('cluster/', { headers: FAMILY }).refused.wait();
  expect(seen[0]?.block).toMatchObject({ isPeer: true, called: 'cluster/', hops: 1 });
  expect(seen[0]?.extra).toEqual([
    ['sip_x-callto', 'sip/sip:premium@192.0.2.66'],
    ['sip_x-billid', 'forged-1'],
    ['sip_x-nodename', 'node9'],
    ['sip_x-username', 'root'],
  ]);
  expect(seen[1]?.block.isPeer).toBe(false);
  expect(seen[1]?.extra).toEqual([]);
});

test('a call for a sister node carries the four headers as Yate writes them', async () => {
  await using rig = await SipRig.start({ sip: { peers: '127.0.1.2' } });
  const alice = await rig.phone('alice', 'a');
  const node2 = await rig.phone('node2', undefined);
  await rig.engine.install(forwarding(`sip/sip:cluster/@${node2.address}`));
  const waiting = node2.nextCall();
  const caller = alice.call('far');
  const { incoming } = await waiting;
  const { request } = incoming!;
  expect(request.uri).toBe(`sip:cluster/@${node2.address}`);
  expect(request.get('x-callto')).toBe('sip/sip:bob@192.0.2.1');
  expect(request.get('x-billid')).toBe('node1-b1-1');
  const lines = rig.network.log.findLast(({ to }) => to === node2.address)?.text;
  expect(lines).toContain('\r\nx-callto: ');
  expect(lines).toContain('\r\nx-hops: 1\r\n');
  incoming?.respond(486);
  expect(await caller.refused.wait()).toBe(486);
  expect(await rig.faults()).toEqual([]);
});

test('who is no peer is never told, and gets no such call', async () => {
  await using rig = await SipRig.start({ sip: { peers: '127.0.9.9' } });
  const alice = await rig.phone('alice', 'a');
  const mallory = await rig.phone('mallory', undefined);
  await rig.engine.install(forwarding(`sip/sip:cluster/@${mallory.address}`));
  expect(await alice.call('far').refused.wait()).toBe(503);
  expect(mallory.calls).toEqual([]);
  expect(await rig.faults()).toEqual([]);
});

test('no value can make a line of its own', async () => {
  await using rig = await SipRig.start();
  const alice = await rig.phone('alice', 'a');
  const bob = await rig.phone('bob', 'b');
  await rig.engine.install(
    definePlugin({
      name: 'injector',
      setup: (scope) => {
        scope.handle('call.route', {}, () => routeTo(`sip/${bob.contact}`));
        scope.handle('call.execute', { priority: 50 }, (message) => {
          message.setExtra('osip_x-note', 'a\r\nX-Evil: 1\r\n\r\nINVITE');
          message.setExtra('osip_Via', 'SIP/2.0/UDP 192.0.2.1');
          message.setExtra('osip_bad name', 'x');
          return undefined;
        });
      },
    }),
  );
  const waiting = bob.nextCall();
  const caller = alice.call('bob');
  const callee = await waiting;
  const { request } = callee.incoming!;
  expect(request.get('x-note')).toBe('a X-Evil: 1 INVITE');
  expect(request.get('X-Evil')).toBeUndefined();
  expect(request.getAll('Via')).toHaveLength(1);
  callee.reject();
  await caller.refused.wait();
  expect(await rig.faults()).toEqual([]);
});

function forwarding(callto: string): ReturnType<typeof definePlugin> {
  return definePlugin({
    name: 'forwarding',
    setup: (scope) => {
      scope.handle('call.route', {}, () => routeTo(callto));
      scope.handle('call.execute', { priority: 50 }, (message) => {
        message.setExtra('osip_x-callto', 'sip/sip:bob@192.0.2.1');
        message.setExtra('osip_x-billid', message.params.billid);
        message.setExtra('osip_x-nodename', 'node1');
        message.setExtra('osip_x-username', message.params.username);
        return undefined;
      });
    },
  });
}
