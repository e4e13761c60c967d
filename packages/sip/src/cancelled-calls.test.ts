import { definePlugin } from '@tandem/engine';
import { routeTo } from '@tandem/messages';
import { SipRig } from '@tandem/testing';
import { expect, test } from 'vitest';

test('the caller cancels a ringing call and the phone hears why', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  const waiting = bob.nextCall();
  const caller = alice.call('bob');
  const callee = await waiting;
  callee.ring();
  await caller.ringing.wait();
  caller.cancel([['Reason', 'SIP;cause=487;text="bored"']]);
  expect(await caller.refused.wait()).toBe(487);
  const cancel = await callee.ended.wait();
  expect(cancel?.method).toBe('CANCEL');
  expect(cancel?.get('Reason')).toBe('SIP;cause=487;text="bored"');
  expect(await rig.faults()).toEqual([]);
  expect(rig.finals('incoming')[0]).toMatchObject({ hangupBy: 'caller', talkMs: 0 });
});

test('the caller cancels before any provisional came and the late 180 is cancelled, not lost', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  // The phone's 100 and 180 are lost at first.
  rig.network.passes = ({ from, text }) => from !== bob.address || !text.startsWith('SIP/2.0 1');
  const waiting = bob.nextCall();
  const caller = alice.call('bob');
  const callee = await waiting;
  await rig.clock.advance(100);
  caller.cancel();
  expect(await caller.refused.wait()).toBe(487);
  const isCancelSent = (): boolean =>
    rig.network.log.some(({ to, text }) => to === bob.address && text.startsWith('CANCEL'));
  expect(isCancelSent()).toBe(false);
  rig.network.passes = () => true;
  callee.ring();
  await callee.ended.wait();
  expect(isCancelSent()).toBe(true);
  expect(await rig.faults()).toEqual([]);
});

test('a call cancelled while its route is being looked for ends at once', async () => {
  await using rig = await SipRig.start();
  const [alice] = await rig.aliceAndBob();
  let answer: (() => void) | undefined;
  await rig.engine.install(
    definePlugin({
      name: 'slow',
      setup: (scope) =>
        scope.handle('call.route', { priority: 10, where: { called: 'slow' } }, async () => {
          await new Promise<void>((resolve) => {
            answer = resolve;
          });
          return routeTo('sip/sip:bob@127.0.1.2:5060');
        }),
    }),
  );
  const caller = alice.call('slow');
  await rig.clock.advance(100);
  caller.cancel();
  expect(await caller.refused.wait()).toBe(487);
  answer?.();
  await rig.clock.advance(100);
  expect(rig.network.log.some(({ text }) => text.startsWith('INVITE sip:bob@127'))).toBe(false);
  expect(await rig.faults()).toEqual([]);
});

test('the caller cancels while the 200 is on its way and the phone gets ACK and BYE, nobody pays', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  // The phone never sees the CANCEL, and answers.
  rig.network.passes = ({ to, text }) => to !== bob.address || !text.startsWith('CANCEL');
  const waiting = bob.nextCall();
  const caller = alice.call('bob');
  const callee = await waiting;
  callee.ring();
  await caller.ringing.wait();
  caller.cancel();
  expect(await caller.refused.wait()).toBe(487);
  callee.answer();
  await callee.answered.wait();
  await callee.ended.wait();
  expect(callee.requests.at(-1)?.method).toBe('BYE');
  expect(await rig.faults()).toEqual([]);
  expect(rig.finals('incoming')[0]).toMatchObject({ talkMs: 0 });
  expect(rig.finals('outgoing')[0]).toMatchObject({ isLateAnswer: true });
  expect(await rig.meter('tandem_sip_late_answers_total')).toBe(1);
});

test('a CANCEL that crosses our 200 changes nothing', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  const waiting = bob.nextCall();
  const caller = alice.call('bob');
  const callee = await waiting;
  callee.ring();
  await caller.ringing.wait();
  callee.answer();
  caller.cancel();
  await caller.answered.wait();
  expect(await caller.hangUp()).toBe(200);
  await callee.ended.wait();
  expect(await rig.faults()).toEqual([]);
});
