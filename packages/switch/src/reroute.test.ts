import { definePlugin, type Scope } from '@tandem/engine';
import { routeTo } from '@tandem/messages';
import { answered, failed, gone, hangup, modified, modify, sdp, SwitchRig } from '@tandem/testing';
import { describe, expect, it } from 'vitest';

/** Whoever is left by bob goes to carol. */
const toCarol = definePlugin({
  name: 'toCarol',
  setup: (scope: Scope) => {
    scope.handle('chan.disconnected', { where: { peerid: /bob/ } }, () => routeTo('test/carol'));
  },
});

async function leftCall(rig: SwitchRig) {
  rig.routeTo(['bob']);
  const alice = rig.call();
  const bob = rig.leg('bob');
  bob.tell(answered('t'));
  await rig.clock.advance(5_000);
  bob.tell(hangup('callee'));
  alice.sent.length = 0;
  return { alice, bob };
}

describe('a caller whom the called leg has left', () => {
  it('is connected elsewhere: called without an offer, whose 200 brings one', async () => {
    await using rig = await SwitchRig.create({}, toCarol);
    const { alice, bob } = await leftCall(rig);
    bob.tell(gone());
    expect(rig.finalOf(bob)).toMatchObject({ talkMs: 5_000, hangupBy: 'callee' });
    const carol = rig.leg('carol');
    expect(rig.executed[1]).toMatchObject({ attempt: 2, offer: { body: undefined } });
    carol.tell({ type: 'progress', dialog: 'c', status: 180, phrase: 'Ringing' });
    expect(alice.sent).toEqual([]);
    carol.tell(answered('c', { isLate: true, body: sdp('carol') }));
    expect(alice.sent).toMatchObject([{ type: 'modify', method: 'INVITE', body: sdp('carol') }]);
    expect(carol.sent).toEqual([]);
    const { modifyId } = alice.lastOf('modify')!;
    alice.tell(modified(modifyId, { body: sdp('alice') }));
    expect(carol.sent).toEqual([{ type: 'accepted' }, { type: 'ack', body: sdp('alice') }]);
    carol.tell(modify('m'));
    expect(alice.lastOf('modify')?.modifyId).toBe('m');
    await rig.clock.advance(7_000);
    carol.tell(hangup('callee'));
    expect(alice.lastOf('hangup')).toBeDefined();
    carol.tell(gone());
    alice.tell(gone());
    expect(rig.finalOf(alice)).toMatchObject({ talkMs: 12_000, hangupBy: 'callee' });
    expect(rig.finalOf(carol)).toMatchObject({ talkMs: 7_000, attempt: 2 });
  });

  it('is hung up when nobody answers chan.disconnected', async () => {
    await using rig = await SwitchRig.create();
    const { alice } = await leftCall(rig);
    expect(rig.legs).toHaveLength(1);
    expect(alice.sent).toEqual([]);
  });

  it('hangs up while the next leg rings', async () => {
    await using rig = await SwitchRig.create({}, toCarol);
    const { alice } = await leftCall(rig);
    alice.tell(hangup('caller'));
    expect(rig.leg('carol').lastOf('hangup')).toMatchObject({ by: 'caller' });
    alice.tell(gone());
    expect(rig.finalOf(alice)).toMatchObject({ talkMs: 5_000 });
  });

  it('is hung up when the next leg fails too', async () => {
    await using rig = await SwitchRig.create({}, toCarol);
    const { alice } = await leftCall(rig);
    rig.leg('carol').tell(failed(486, { q850: 17 }));
    expect(alice.sent).toMatchObject([{ type: 'hangup', by: 'callee', q850: 17 }]);
  });

  it('is hung up when the next leg never answers', async () => {
    await using rig = await SwitchRig.create({}, toCarol);
    const { alice } = await leftCall(rig);
    await rig.clock.advance(121_000);
    expect(alice.sent).toMatchObject([{ type: 'hangup', reason: 'noanswer' }]);
  });

  it('refuses the change: both are hung up', async () => {
    await using rig = await SwitchRig.create({}, toCarol);
    const { alice } = await leftCall(rig);
    rig.leg('carol').tell(answered('c', { isLate: true }));
    alice.tell(modified(alice.lastOf('modify')!.modifyId, { status: 488 }));
    expect(rig.leg('carol').lastOf('hangup')).toMatchObject({ q850: 88 });
    expect(alice.lastOf('hangup')).toMatchObject({ q850: 88 });
  });

  it('has a change of his own under way: tried again after a pause, three times at most', async () => {
    await using rig = await SwitchRig.create({}, toCarol);
    const { alice } = await leftCall(rig);
    rig.leg('carol').tell(answered('c', { isLate: true }));
    for (let turn = 1; turn <= 3; turn++) {
      expect(alice.sentOf('modify')).toHaveLength(turn);
      alice.tell(modified(alice.lastOf('modify')!.modifyId, { status: 491 }));
      await rig.clock.advance(2_200);
    }
    expect(alice.sentOf('modify')).toHaveLength(3);
    expect(alice.lastOf('hangup')).toBeDefined();
  });

  it('asks for something meanwhile: refused, for nobody is there', async () => {
    await using rig = await SwitchRig.create({}, toCarol);
    rig.routeTo(['bob']);
    const alice = rig.call();
    rig.leg('bob').tell(answered('t'));
    alice.tell(modify('open'));
    rig.leg('bob').tell(hangup('callee'));
    expect(alice.lastOf('modified')).toMatchObject({ modifyId: 'open', status: 500 });
    rig.leg('carol').tell(failed(500));
  });

  it('hangs up while a plugin still thinks where he goes', async () => {
    let answer!: (route: ReturnType<typeof routeTo>) => void;
    const slow = definePlugin({
      name: 'slow',
      setup: (scope: Scope) => {
        scope.handle('chan.disconnected', {}, () => new Promise((keep) => (answer = keep)));
      },
    });
    await using rig = await SwitchRig.create({}, slow);
    const { alice } = await leftCall(rig);
    alice.tell(hangup('caller'));
    answer(routeTo('test/carol'));
    await rig.clock.advance(10);
    expect(rig.legs).toHaveLength(1);
    expect(alice.sent).toEqual([]);
  });
});
