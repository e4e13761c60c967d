import { phoneSdp, SipRig } from '@tandem/testing';
import { expect, test } from 'vitest';

const SUPPORTED = [['Supported', '100rel']] as const;
const sdpBody = (sdp: string) => ({ body: { type: 'application/sdp', content: sdp } });

/** Alice calls Bob with 100rel; both ends of the INVITE in hand. */
async function ringing(rig: SipRig, headers: readonly (readonly [string, string])[]) {
  const [alice, bob] = await rig.aliceAndBob();
  const waiting = bob.nextCall();
  const caller = alice.call('bob', { headers });
  const callee = await waiting;
  return { alice, bob, caller, callee, incoming: callee.incoming! };
}

test('a reliable 183 is PRACKed end to end, with an offer in the PRACK', async () => {
  await using rig = await SipRig.start();
  const { caller, callee, incoming } = await ringing(rig, SUPPORTED);
  expect(incoming.request.list('Supported')).toContain('100rel');
  const pracks: string[] = [];
  incoming.user = {
    ...incoming.user,
    onPrack: (prack) => {
      pracks.push(prack.request.body);
      prack.respond(200, sdpBody(phoneSdp('bob', 2)));
    },
    onAck: () => callee.answered.happen(),
  };
  const dialog = incoming.openDialog();
  incoming.respondReliably(183, { dialog, ...sdpBody(phoneSdp('bob')) });
  const heard = await caller.ringing.wait();
  expect(heard.get('Require')).toBe('100rel');
  expect(heard.body).toBe(phoneSdp('bob'));
  expect(pracks).toEqual([]);

  const early = caller.invite && heard;
  const sent = rig.phones[0]!.stack.findDialog(early!.callId, early!.fromTag!, early!.toTag!);
  const answers: string[] = [];
  sent!.sendRequest(
    'PRACK',
    {
      headers: [['RAck', `${heard.get('RSeq')} ${heard.cseq.number} INVITE`]],
      ...sdpBody(phoneSdp('alice', 2)),
    },
    { onFinal: ({ status, body }) => answers.push(`${status} ${body}`), onFailed: () => undefined },
  );
  await rig.clock.advance(100);
  expect(pracks).toEqual([phoneSdp('alice', 2)]);
  expect(answers).toEqual([`200 ${phoneSdp('bob', 2)}`]);
  callee.dialog = dialog;
  incoming.respond(200, { dialog });
  await caller.answered.wait();
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('the 200 waits for the PRACK when the reliable 183 carried SDP', async () => {
  await using rig = await SipRig.start();
  const { caller, incoming } = await ringing(rig, SUPPORTED);
  const dialog = incoming.openDialog();
  incoming.respondReliably(183, { dialog, ...sdpBody(phoneSdp('bob')) });
  const heard = await caller.ringing.wait();
  // Bob does not wait, as some do not.
  incoming.respond(200, { dialog });
  await rig.clock.advance(400);
  expect(caller.statuses).not.toContain(200);
  const phone = rig.phones[0]!;
  phone.stack
    .findDialog(heard.callId, heard.fromTag!, heard.toTag!)!
    .sendRequest(
      'PRACK',
      { headers: [['RAck', `${heard.get('RSeq')} ${heard.cseq.number} INVITE`]] },
      { onFinal: () => undefined, onFailed: () => undefined },
    );
  await rig.clock.advance(100);
  expect(caller.statuses.at(-1)).toBe(200);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});

test('a reliable answer that is never acknowledged ends the call with 504', async () => {
  await using rig = await SipRig.start();
  const { caller, incoming } = await ringing(rig, SUPPORTED);
  incoming.respondReliably(183, { dialog: incoming.openDialog(), ...sdpBody(phoneSdp('bob')) });
  await rig.clock.advance(33_000);
  expect(await caller.refused.wait()).toBe(504);
  expect(await rig.faults()).toEqual([]);
});

test('a callee who insists on PRACK towards a caller who knows none is acknowledged by us', async () => {
  await using rig = await SipRig.start();
  const { caller, callee, incoming } = await ringing(rig, []);
  let pracks = 0;
  incoming.user = {
    ...incoming.user,
    onPrack: (prack) => {
      pracks++;
      prack.respond(200);
    },
  };
  incoming.respondReliably(183, { ...sdpBody(phoneSdp('bob')) });
  const heard = await caller.ringing.wait();
  expect(heard.get('Require')).toBeUndefined();
  expect(heard.body).toBe(phoneSdp('bob'));
  await rig.clock.advance(100);
  expect(pracks).toBe(1);
  callee.reject(486);
  expect(await caller.refused.wait()).toBe(486);
  expect(await rig.faults()).toEqual([]);
});

test('a caller who requires 100rel gets every ringing reliably', async () => {
  await using rig = await SipRig.start();
  const { caller, callee } = await ringing(rig, [['Require', '100rel']]);
  callee.ring();
  const heard = await caller.ringing.wait();
  expect(heard.get('Require')).toBe('100rel');
  caller.cancel();
  expect(await caller.refused.wait()).toBe(487);
  expect(await rig.faults()).toEqual([]);
});

test('an UPDATE with an offer before the answer is refused with 500 and Retry-After', async () => {
  await using rig = await SipRig.start();
  const { caller, callee } = await ringing(rig, []);
  callee.ring();
  const heard = await caller.ringing.wait();
  const phone = rig.phones[0]!;
  const dialog = phone.stack.findDialog(heard.callId, heard.fromTag!, heard.toTag!)!;
  const answers: (readonly [number, string | undefined])[] = [];
  dialog.sendRequest('UPDATE', sdpBody(phoneSdp('alice', 2)), {
    onFinal: (response) => answers.push([response.status, response.get('Retry-After')]),
    onFailed: () => undefined,
  });
  await rig.clock.advance(100);
  expect(answers).toEqual([[500, '5']]);
  callee.answer();
  await caller.answered.wait();
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
});
