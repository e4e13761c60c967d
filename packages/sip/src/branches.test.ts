import { type Phone, SipRig } from '@tandem/testing';
import { expect, test } from 'vitest';

/** A route that rings or tries phones: groups of addresses. */
function groupsOf(groups: readonly (readonly Phone[])[]): {
  groups: { callto: string; params: { noReplyMs: number } }[][];
} {
  return {
    groups: groups.map((group) =>
      group.map((phone) => ({ callto: `sip/${phone.contact}`, params: { noReplyMs: 4_000 } })),
    ),
  };
}

async function threePhones(rig: SipRig): Promise<readonly [Phone, Phone, Phone]> {
  const alice = await rig.phone('alice', 'a');
  return [alice, await rig.phone('bob', 'b'), await rig.phone('carol', 'c')];
}

test('a user with two contacts is rung on both and the first answer stops the other', async () => {
  await using rig = await SipRig.start();
  const [alice, bob, carol] = await threePhones(rig);
  rig.registrar.routes.set('both', groupsOf([[bob, carol]]));
  const caller = alice.call('both');
  const [first, second] = await Promise.all([bob.nextCall(), carol.nextCall()]);
  first.ring();
  second.ring();
  await caller.ringing.wait();
  second.answer();
  await caller.answered.wait();
  const cancel = await first.ended.wait();
  expect(cancel?.get('Reason')).toBe('SIP;cause=200;text="Call completed elsewhere"');
  await caller.hangUp();
  await second.ended.wait();
  expect(await rig.faults()).toEqual([]);
});

test('two branches answer at the same moment and the loser gets ACK and BYE', async () => {
  await using rig = await SipRig.start();
  const [alice, bob, carol] = await threePhones(rig);
  rig.registrar.routes.set('both', groupsOf([[bob, carol]]));
  const caller = alice.call('both');
  const [first, second] = await Promise.all([bob.nextCall(), carol.nextCall()]);
  first.answer();
  second.answer();
  await caller.answered.wait();
  await Promise.all([first.answered.wait(), second.answered.wait()]);
  const loser = caller.remoteSdp.includes('o=bob') ? second : first;
  await loser.ended.wait();
  expect(loser.requests.at(-1)?.method).toBe('BYE');
  expect(caller.statuses.filter((status) => status >= 200)).toEqual([200]);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('a destination that never answers is left after its no-reply time and its late 200 gets ACK and BYE', async () => {
  await using rig = await SipRig.start();
  const [alice, bob, carol] = await threePhones(rig);
  rig.registrar.routes.set('hunt', groupsOf([[bob], [carol]]));
  // Bob hears, but nothing of his is heard.
  rig.network.passes = ({ from }) => from !== bob.address;
  const silent = bob.nextCall();
  const next = carol.nextCall();
  const caller = alice.call('hunt');
  const lost = await silent;
  await rig.clock.advance(4_100);
  const found = await next;
  found.ring();
  found.answer();
  await caller.answered.wait();
  rig.network.passes = () => true;
  lost.answer();
  await lost.answered.wait();
  await lost.ended.wait();
  expect(lost.requests.at(-1)?.method).toBe('BYE');
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
  const late = rig.finals('outgoing').filter(({ isLateAnswer }) => isLateAnswer);
  expect(late).toHaveLength(1);
});

test('the first destination sends 183 with SDP and fails, the second is heard under a new To-tag', async () => {
  await using rig = await SipRig.start();
  const [alice, bob, carol] = await threePhones(rig);
  rig.registrar.routes.set('hunt', groupsOf([[bob], [carol]]));
  const first = bob.nextCall();
  const second = carol.nextCall();
  const caller = alice.call('hunt', { headers: [['Supported', '199']] });
  (await first).ring(183, 'v=0\r\no=bob 1 1 IN IP4 127.0.0.1\r\ns=-\r\n');
  await caller.ringing.wait();
  (await first).reject(503);
  const found = await second;
  found.ring(183, 'v=0\r\no=carol 1 1 IN IP4 127.0.0.1\r\ns=-\r\n');
  await rig.clock.advance(10);
  found.answer('v=0\r\no=carol 1 1 IN IP4 127.0.0.1\r\ns=-\r\n');
  await caller.answered.wait();
  expect(caller.statuses).toEqual([183, 199, 183, 200]);
  const tags = caller.responses.map(({ toTag }) => toTag);
  expect(tags[0]).toBe(tags[1]);
  expect(tags[2]).not.toBe(tags[0]);
  expect(tags[3]).toBe(tags[2]);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('two different early dialogs arrive from a forking proxy and the one that answers is confirmed', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await threePhones(rig);
  rig.registrar.routes.set('fork', groupsOf([[bob]]));
  const waiting = bob.nextCall();
  const caller = alice.call('fork');
  const { incoming } = await waiting;
  const [left, right] = [incoming?.openDialog(), incoming?.openDialog()];
  const sdp = (name: string): string => `v=0\r\no=${name} 1 1 IN IP4 127.0.0.1\r\ns=-\r\n`;
  const body = (name: string) => ({ type: 'application/sdp', content: sdp(name) });
  incoming?.respond(183, { dialog: left!, body: body('left') });
  incoming?.respond(183, { dialog: right!, body: body('right') });
  await rig.clock.advance(10);
  right!.user = {
    onRequest: (request) => request.respond(200),
    onInvite: (invite) => invite.respond(200),
    onBye: () => undefined,
  };
  incoming?.respond(200, { dialog: right!, body: body('right') });
  await caller.answered.wait();
  const [first, second, answer] = caller.responses;
  expect(first?.body).toBe(sdp('left'));
  expect(second?.body).toBe(sdp('right'));
  expect(first?.toTag).not.toBe(second?.toTag);
  expect(answer?.toTag).toBe(second?.toTag);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('towards a phone that knows no forking all is one early dialog', async () => {
  await using rig = await SipRig.start({ sip: { earlyDialogs: 'single' } });
  const [alice, bob, carol] = await threePhones(rig);
  rig.registrar.routes.set('hunt', groupsOf([[bob], [carol]]));
  const [first, second] = [bob.nextCall(), carol.nextCall()];
  const caller = alice.call('hunt');
  (await first).ring(183, 'v=0\r\no=bob 1 1 IN IP4 127.0.0.1\r\ns=-\r\n');
  await caller.ringing.wait();
  (await first).reject(503);
  const found = await second;
  found.ring(183, 'v=0\r\no=carol 1 1 IN IP4 127.0.0.1\r\ns=-\r\n');
  await rig.clock.advance(10);
  found.answer();
  await caller.answered.wait();
  expect(new Set(caller.responses.map(({ toTag }) => toTag)).size).toBe(1);
  expect(caller.responses[1]?.body).toBe('');
  expect(caller.responses.at(-1)?.body).toContain('o=carol');
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});
