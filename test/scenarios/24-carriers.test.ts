import { randomBytes } from 'node:crypto';
import {
  DigestServer,
  findCredentials,
  hashCredentials,
  type IncomingInvite,
  type IncomingRequest,
} from '@tandem/sip-stack';
import { type SipCluster, startCluster } from '@tandem/testing';
import { describe, expect, test } from 'vitest';
import { dial, hangUp, ways } from './connect.ts';

const REALM = 'carrier.example';

/** A carrier's gate: everything is challenged, and no nonce is good twice. */
class Gate {
  readonly hashes = { MD5: hashCredentials('MD5', 'acme', REALM, 'secret') };
  readonly digest: DigestServer;
  readonly challenged: string[] = [];

  constructor({ clock }: SipCluster) {
    this.digest = new DigestServer({
      node: 'carrier',
      secret: randomBytes(32),
      random: randomBytes,
      now: () => clock.now(),
      algorithms: ['MD5'],
    });
  }

  /** True when the request may pass; else it was challenged. */
  passes(incoming: IncomingInvite | IncomingRequest): boolean {
    const { request } = incoming;
    const credentials = findCredentials(request.getAll('Proxy-Authorization'), REALM);
    const verdict = credentials && this.digest.verify(credentials, request, this.hashes);
    if (verdict?.kind === 'accepted') return true;
    this.challenged.push(request.method);
    const [value = ''] = this.digest.challenges(REALM);
    incoming.respond(407, { headers: [['Proxy-Authenticate', value]] });
    return false;
  }
}

const CREDENTIALS = { authUsername: 'acme', authPassword: 'secret', noReplyMs: 4_000 };

// By SIP no password goes along: the other node has its own.
const byNats = ways.filter(({ hop }) => hop === 'nats');

test.each(byNats)(
  '24. $way a carrier challenges INVITE, re-INVITE and BYE and none of it counts as an attempt',
  async ({ far }) => {
    await using cluster = await startCluster(2);
    const alice = await cluster.phone('node1', 'alice');
    const carrier = await cluster.phone(far, 'carrier');
    const gate = new Gate(cluster);
    cluster.routes.set('1555', { groups: [[cluster.to(far, carrier, CREDENTIALS)]] });
    carrier.onCall = (call) => {
      if (!gate.passes(call.incoming!)) return;
      call.ring();
      call.answer();
      call.onRequest = (request) => (gate.passes(request) ? undefined : 0);
    };
    const caller = alice.call('1555');
    await cluster.until('it is answered', caller.answered);
    expect(caller.statuses).toEqual([180, 200]);
    const [first, second] = carrier.calls.map(({ incoming }) => incoming!.request);
    expect(second?.callId).toBe(first?.callId);
    expect(second?.fromTag).toBe(first?.fromTag);
    expect(second?.cseq.number).toBe(first!.cseq.number + 1);
    expect(await cluster.turnUntil(caller.hold())).toBe(200);
    await cluster.pass(3_000);
    expect(await cluster.turnUntil(caller.hangUp())).toBe(200);
    await cluster.pass(1_000);
    expect(gate.challenged.length).toBeGreaterThanOrEqual(1);
    expect(await cluster.faults()).toEqual([]);
    const branches = cluster.node(far).finals('outgoing');
    expect(branches).toHaveLength(1);
    expect(branches[0]).toMatchObject({ attempt: 1, status: 'answered', driver: 'sip' });
  },
);

test.each(byNats)(
  '25. $way a wrong carrier password ends the attempt, opens no challenge towards the caller, and the next carrier is tried',
  async ({ far }) => {
    await using cluster = await startCluster(3);
    const alice = await cluster.phone('node1', 'alice');
    const first = await cluster.phone(far, 'one');
    const second = await cluster.phone('node3', 'two');
    const gate = new Gate(cluster);
    first.onCall = ({ incoming }) => void gate.passes(incoming!);
    const wrong = { ...CREDENTIALS, authPassword: 'wrong' };
    cluster.routes.set('1555', {
      groups: [[cluster.to(far, first, wrong)], [cluster.to('node3', second)]],
    });
    const { caller, callee } = await dial(cluster, alice, second, '1555');
    expect(first.calls.length).toBeLessThanOrEqual(3);
    callee.answer();
    await cluster.until('it is answered', caller.answered);
    expect(caller.statuses).toEqual([200]);
    await cluster.pass(1_000);
    await hangUp(cluster, caller, callee);
    const challenges = cluster.wire
      .answers('INVITE')
      .filter(({ to, sip }) => to === alice.address && /^40[17]$/.test(String(sip.status)));
    // The one that asked Alice who she is was before the carrier's.
    expect(challenges.map(({ sip }) => sip.get('WWW-Authenticate')?.includes(REALM))).toEqual([
      false,
    ]);
    expect(await cluster.faults()).toEqual([]);
    expect(
      cluster
        .node('node1')
        .finals('outgoing')
        .map(({ reason }) => reason),
    ).toEqual(['carrierauth', expect.any(String)]);
  },
);

test.each(byNats)(
  '24. $way a carrier that says no more behind its challenge is left when its no-reply time has passed once more',
  async ({ far }) => {
    await using cluster = await startCluster(3);
    const alice = await cluster.phone('node1', 'alice');
    const silent = await cluster.phone(far, 'silent');
    const second = await cluster.phone('node3', 'second');
    cluster.routes.set('1555', {
      groups: [[cluster.to(far, silent, CREDENTIALS)], [cluster.to('node3', second)]],
    });
    const gate = new Gate(cluster);
    silent.onCall = ({ incoming }) => void gate.passes(incoming!);
    cluster.wire.passes = ({ from, text }) =>
      from !== silent.address || text.startsWith('SIP/2.0 407');
    const caller = alice.call('1555');
    await cluster.pass(3_800);
    expect(second.calls).toEqual([]);
    await cluster.until('the next one is tried', () => second.calls.length === 1, 1_000);
    second.calls[0]!.answer();
    await cluster.until('it is answered', caller.answered);
    cluster.wire.passes = () => true;
    for (const { incoming } of silent.calls.slice(1)) incoming!.respond(486);
    await cluster.pass(1_000);
    await hangUp(cluster, caller, second.calls[0]!);
    expect(await cluster.faults()).toEqual([]);
  },
);

test.each(byNats)(
  '26. $way a trunk that may redirect leads to where its number is routed',
  async ({ far }) => {
    await using cluster = await startCluster(2);
    const alice = await cluster.phone('node1', 'alice');
    const carrier = await cluster.phone(far, 'carrier');
    const [named, routed] = [await cluster.phone(far, 'named'), await cluster.phone(far, 'routed')];
    const redirecting = { trunk: 'carrier', driverOptions: { redirect: 'route' } };
    cluster.routes.set('1555', { groups: [[cluster.to(far, carrier, redirecting)]] });
    cluster.routes.set('1777', { groups: [[cluster.to(far, routed)]] });
    carrier.onCall = (call) => call.reject(302, [['Contact', `<sip:1777@${named.address}>`]]);
    const { caller, callee } = await dial(cluster, alice, routed, '1555');
    callee.answer();
    await cluster.until('it is answered', caller.answered);
    await cluster.pass(1_000);
    await hangUp(cluster, caller, callee);
    expect(named.calls).toEqual([]);
    expect(caller.statuses).toEqual([200]);
    expect(await cluster.faults()).toEqual([]);
  },
);

describe.each(ways)('$way', ({ far, hop }) => {
  test('26. a carrier answers 302 to a premium number and it is not dialled', async () => {
    await using cluster = await startCluster(2, { hop });
    const alice = await cluster.phone('node1', 'alice');
    const carrier = await cluster.phone(far, 'carrier');
    const premium = await cluster.phone(far, 'premium');
    cluster.routes.set('1555', { groups: [[cluster.to(far, carrier)]] });
    const { caller, callee } = await dial(cluster, alice, carrier, '1555');
    callee.reject(302, [['Contact', `<${premium.contact}>`]]);
    await cluster.until('the caller is let go', caller.refused);
    const answer = caller.responses.at(-1);
    expect(answer?.status).toBeGreaterThanOrEqual(400);
    expect(answer?.get('Contact')).toBeUndefined();
    await cluster.pass(5_000);
    expect(premium.calls).toEqual([]);
    expect(await cluster.faults()).toEqual([]);
  });

  test('27. a carrier answers 422 and gets the same INVITE with a longer session', async () => {
    await using cluster = await startCluster(2, { hop });
    const alice = await cluster.phone('node1', 'alice');
    const carrier = await cluster.phone(far, 'carrier');
    cluster.routes.set('1555', { groups: [[cluster.to(far, carrier)]] });
    carrier.onCall = (call) => {
      if (carrier.calls.length === 1) call.reject(422, [['Min-SE', '7200']]);
      else call.answer();
    };
    const caller = alice.call('1555');
    await cluster.until('it is answered', caller.answered);
    expect(caller.statuses).toEqual([200]);
    const [refused, taken] = carrier.calls.map(({ incoming }) => incoming!.request);
    expect(carrier.calls).toHaveLength(2);
    expect(taken?.callId).toBe(refused?.callId);
    expect(taken?.fromTag).toBe(refused?.fromTag);
    expect(taken?.cseq.number).toBe(refused!.cseq.number + 1);
    expect(taken?.get('Session-Expires')).toBe('7200');
    expect(taken?.get('Min-SE')).toBe('7200');
    await cluster.pass(1_000);
    await hangUp(cluster, caller, carrier.calls[1]!);
    expect(await cluster.faults()).toEqual([]);
    expect(cluster.node(far).finals('outgoing')).toHaveLength(1);
  });
});
