import type { PhoneCall } from '@tandem/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Baresip, hasBaresip } from '../harness/baresip.ts';
import { eventually } from '../harness/eventually.ts';
import { hasLinphone, Linphone } from '../harness/linphone.ts';
import { isOver, Phones, rings } from '../harness/phones.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';

if (!hasBaresip) {
  console.warn(
    'SKIPPED, LOUDLY: no baresip on this machine (Debian: apt-get install baresip-core)',
  );
}
if (!hasLinphone) {
  console.warn(
    'SKIPPED, LOUDLY: no linphone on this machine (Debian: apt-get install linphone-cli)',
  );
}

/** Digits that came by INFO within that call. */
function digitsOf({ requests }: PhoneCall): readonly string[] {
  const infos = requests.filter(({ method }) => method === 'INFO');
  return infos.map(({ body }) => /^Signal ?= ?(.)/.exec(body)?.[1] ?? body);
}

let cluster: ProcessCluster;

beforeAll(async () => {
  if (!hasNats || !(hasBaresip || hasLinphone)) return;
  cluster = await ProcessCluster.start({ nodes: 2, users: ['alice', 'bob', 'carol', 'dave'] });
});
afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
});

describe.skipIf(!hasNats || !hasLinphone)('linphone, a phone of another make', () => {
  test.concurrent.each([
    ['udp', 'alice', 'bob'],
    ['tcp', 'carol', 'dave'],
  ])(
    'registers by %s, calls across nodes, holds, sends a digit and hangs up; rings, answers and is hung up',
    async (transport, caller, callee) => {
      await using phones = new Phones();
      const bob = await phones.registeredAt(
        cluster.node(2),
        callee,
        transport === 'udp' ? '127.0.0.1' : '127.0.0.3',
      );
      await using alice = await Linphone.start(cluster.node(1), caller, transport);
      const waiting = bob.nextCall();
      alice.command(`call sip:${callee}@${cluster.node(1).sip}`);
      const incoming = await waiting;
      incoming.ring();
      await alice.heard(/ringing\./);
      incoming.answer();
      await alice.heard(/connected\./);
      await eventually('the ACK has come', () => incoming.answered.isOver);
      alice.command('pause');
      await eventually('she holds', () => incoming.remoteSdp.includes('a=sendonly'));
      await alice.heard(/is now paused/);
      alice.command('resume');
      await eventually('and is back', () => !incoming.remoteSdp.includes('a=sendonly'));
      expect(await incoming.hold()).toBe(200);
      expect(await incoming.hold('sendrecv')).toBe(200);
      alice.command('5');
      await eventually('he hears her digit', () => digitsOf(incoming).includes('5'));
      alice.command('terminate');
      await isOver(incoming);
      await alice.heard(/ended \(No error\)/);

      const call = bob.call(caller);
      await rings(call);
      await alice.heard(/Receiving new incoming call from /);
      alice.command('answer');
      await eventually('he has the answer', () => call.answered.isOver);
      expect(await call.hangUp()).toBe(200);
      await alice.heard(/Call 2 with \S+ ended/);
      await eventually('no call is left', async () => (await cluster.metric('tandem_calls')) === 0);
    },
  );
});

describe.skipIf(!hasNats || !hasBaresip)('baresip, a phone of another make', () => {
  test.each(['udp', 'tcp'])(
    'registers by %s, calls across nodes, is put on hold, hears a digit and hangs up',
    async (transport) => {
      await using phones = new Phones();
      const bob = await phones.registeredAt(cluster.node(2), 'bob');
      const waiting = bob.nextCall();
      await using alice = await Baresip.start(cluster.node(1), 'alice', transport);
      alice.command('dial', `sip:bob@${cluster.node(1).sip}`);
      const incoming = await waiting;
      incoming.ring();
      await alice.heard('CALL_RINGING');
      incoming.answer();
      await alice.heard('CALL_ESTABLISHED');
      await eventually('the ACK has come', () => incoming.answered.isOver);
      expect(await incoming.hold()).toBe(200);
      expect(await incoming.hold('sendrecv')).toBe(200);
      expect(await incoming.sendDigit('5')).toBe(200);
      await alice.heard('CALL_DTMF_START');
      alice.command('hangup');
      await isOver(incoming);
      await eventually('no call is left', async () => (await cluster.metric('tandem_calls')) === 0);
    },
  );

  test('rings, answers, and hears that the caller hung up; what was said can be shown', async () => {
    await using phones = new Phones();
    const carol = await phones.at(cluster.node(1), 'carol');
    await using bob = await Baresip.start(cluster.node(2), 'bob');
    const body = JSON.stringify({ number: 'bob', seconds: 120 });
    const headers = { 'content-type': 'application/json' };
    const asked = { method: 'POST', headers, body };
    const { id } = await cluster.node(1).api<{ id: string }>('/traces', asked);
    const call = carol.call('bob');
    await bob.heard('CALL_INCOMING');
    await rings(call);
    bob.command('accept');
    await bob.heard('CALL_ESTABLISHED');
    await eventually('she has the answer', () => call.answered.isOver);
    await call.hangUp();
    await bob.heard('CALL_CLOSED');
    const shown = cluster.node(1).url(`/api/v1/traces/${id}?form=ladder`);
    const ladder = await (await fetch(shown, { method: 'DELETE' })).text();
    for (const said of ['INVITE bob +SDP', '200 OK (INVITE)', 'BYE', 'node2']) {
      expect(ladder).toContain(said);
    }
    const address = `http://127.0.0.1:${cluster.node(1).place.apiPort}`;
    const args = ['trace', '--number', 'bob', '--seconds', '1', '--json', '--api', address];
    const { code, stdout } = await cluster.tandem(args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ messages: [], unanswered: [] });
  });

  test('is transferred, calls the new party and tells how that went', async () => {
    await using phones = new Phones();
    const bob = await phones.registeredAt(cluster.node(2), 'bob');
    const carol = await phones.registeredAt(cluster.node(2), 'carol');
    const [bobs, carols] = [bob.nextCall(), carol.nextCall()];
    await using alice = await Baresip.start(cluster.node(1), 'alice');
    alice.command('dial', `sip:bob@${cluster.node(1).sip}`);
    const first = await bobs;
    first.answer();
    await alice.heard('CALL_ESTABLISHED');
    const referTo: readonly [string, string] = ['Refer-To', `<sip:carol@${cluster.node(1).sip}>`];
    expect(await first.request('REFER', undefined, [referTo])).toBe(202);
    const second = await carols;
    second.answer();
    await alice.heard('CALL_ESTABLISHED', 2);
    await eventually('the transferor hears of it', () =>
      first.requests.some(({ method, body }) => method === 'NOTIFY' && body.includes(' 200 ')),
    );
    expect(await second.hangUp()).toBe(200);
  });
});
