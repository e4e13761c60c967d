import { definePlugin, type Scope } from '@tandem/engine';
import { refuse } from '@tandem/messages';
import { answered, hangup, modified, modify, sdp, SwitchRig } from '@tandem/testing';
import { describe, expect, it } from 'vitest';

const pluginOf = (setup: (scope: Scope) => void) => definePlugin({ name: 'guard', setup });

async function upCall(rig: SwitchRig) {
  rig.routeTo(['bob']);
  const alice = rig.call();
  const bob = rig.leg('bob');
  bob.tell(answered('t'));
  alice.sent.length = 0;
  bob.sent.length = 0;
  return { alice, bob };
}

describe('a change of the session', () => {
  it('crosses to the other leg, and its answer comes back', async () => {
    await using rig = await SwitchRig.create();
    const { alice, bob } = await upCall(rig);
    bob.tell(modify('m1'));
    expect(alice.sent).toEqual([modify('m1')]);
    alice.tell(modified('m1', { body: sdp('x') }));
    expect(bob.sent).toEqual([modified('m1', { body: sdp('x') })]);
  });

  it('without an offer has the answer in the ACK', async () => {
    await using rig = await SwitchRig.create();
    const { alice, bob } = await upCall(rig);
    alice.tell(modify('m1', { body: undefined }));
    bob.tell(modified('m1', { body: sdp('offer') }));
    alice.tell({ type: 'ack', modifyId: 'm1', body: sdp('answer') });
    expect(bob.sent).toMatchObject([
      { type: 'modify', modifyId: 'm1' },
      { type: 'ack', modifyId: 'm1', body: sdp('answer') },
    ]);
    expect(alice.lastOf('modified')?.body).toEqual(sdp('offer'));
  });

  it('refused by the other side leaves the call as it was', async () => {
    await using rig = await SwitchRig.create();
    const { alice, bob } = await upCall(rig);
    alice.tell(modify('m1'));
    bob.tell(modified('m1', { status: 488, warning: '304 x "no"', retryAfterSeconds: 3 }));
    expect(alice.lastOf('modified')).toMatchObject({ status: 488, warning: '304 x "no"' });
    expect(rig.switch.list()[0]?.state).toBe('up');
  });

  it('of both at once crosses both ways: each leg answers 491 itself', async () => {
    await using rig = await SwitchRig.create();
    const { alice, bob } = await upCall(rig);
    alice.tell(modify('m1'));
    bob.tell(modify('m1'));
    bob.tell(modified('m1', { status: 491 }));
    alice.tell(modified('m1', { status: 491 }));
    expect(alice.sent).toMatchObject([{ type: 'modify' }, { type: 'modified', status: 491 }]);
    expect(bob.sent).toMatchObject([{ type: 'modify' }, { type: 'modified', status: 491 }]);
  });

  it('unanswered for 32 s is answered 408, and what comes later is dropped', async () => {
    await using rig = await SwitchRig.create();
    const { alice, bob } = await upCall(rig);
    alice.tell(modify('m1'));
    await rig.clock.advance(32_100);
    expect(alice.sent).toMatchObject([{ type: 'modified', status: 408 }]);
    bob.tell(modified('m1'));
    expect(alice.sent).toHaveLength(1);
  });

  it('called off is called off at the other leg, if it still waits', async () => {
    await using rig = await SwitchRig.create();
    const { alice, bob } = await upCall(rig);
    alice.tell({ type: 'modifyCancel', modifyId: 'm1' });
    alice.tell(modify('m1'));
    alice.tell({ type: 'modifyCancel', modifyId: 'm1' });
    bob.tell(modified('m1', { status: 487 }));
    alice.tell({ type: 'modifyCancel', modifyId: 'm1' });
    expect(bob.sent.map(({ type }) => type)).toEqual(['modify', 'modifyCancel']);
  });

  it('loses against a hang-up', async () => {
    await using rig = await SwitchRig.create();
    const { alice, bob } = await upCall(rig);
    alice.tell(modify('m1'));
    bob.tell(hangup('callee'));
    bob.tell(modified('m1'));
    expect(alice.sent).toMatchObject([{ type: 'hangup' }]);
    expect(bob.sent).toMatchObject([{ type: 'modify' }]);
  });

  it('may be refused by a handler of call.update', async () => {
    const guard = pluginOf((scope) =>
      scope.handle('call.update', { where: { hasBody: true } }, () => refuse('forbidden')),
    );
    await using rig = await SwitchRig.create({}, guard);
    const { alice, bob } = await upCall(rig);
    alice.tell(modify('m1'));
    expect(alice.sent).toMatchObject([{ type: 'modified', modifyId: 'm1', status: 403 }]);
    alice.tell(modify('m2', { body: undefined }));
    expect(bob.sent).toMatchObject([{ modifyId: 'm2' }]);
  });

  it('that comes twice under one id, or too many at once, is refused', async () => {
    await using rig = await SwitchRig.create();
    const { alice, bob } = await upCall(rig);
    for (let index = 0; index < 20; index++) alice.tell(modify(`m${index}`));
    alice.tell(modify('m0'));
    expect(bob.sent).toHaveLength(16);
    expect(alice.sentOf('modified').map(({ status }) => status)).toEqual(Array(5).fill(500));
  });
});

describe('digits', () => {
  it('cross, and the answer comes back', async () => {
    await using rig = await SwitchRig.create();
    const { alice, bob } = await upCall(rig);
    alice.tell({ type: 'info', infoId: 'i', dtmf: '5' });
    expect(bob.lastOf('info')).toMatchObject({ dtmf: '5' });
    bob.tell({ type: 'infoDone', infoId: 'i', status: 415 });
    expect(alice.sent).toEqual([{ type: 'infoDone', infoId: 'i', status: 415 }]);
  });

  it('may be eaten by a plugin', async () => {
    const guard = pluginOf((scope) => {
      scope.handle('chan.dtmf', { where: { text: '*' } }, () => true as const);
    });
    await using rig = await SwitchRig.create({}, guard);
    const { alice, bob } = await upCall(rig);
    alice.tell({ type: 'info', infoId: 'i1', dtmf: '*' });
    alice.tell({ type: 'info', infoId: 'i2', dtmf: '#' });
    alice.tell({ type: 'info', infoId: 'i3' });
    expect(alice.sent).toEqual([{ type: 'infoDone', infoId: 'i1', status: 200 }]);
    expect(bob.sent).toMatchObject([{ infoId: 'i2' }, { infoId: 'i3' }]);
  });

  it('keep their order while a plugin thinks', async () => {
    const waiting: ((eaten: true | undefined) => void)[] = [];
    const guard = pluginOf((scope) => {
      scope.handle(
        'chan.dtmf',
        {},
        () => new Promise<true | undefined>((keep) => waiting.push(keep)),
      );
    });
    await using rig = await SwitchRig.create({}, guard);
    const { alice, bob } = await upCall(rig);
    alice.tell({ type: 'info', infoId: 'i1', dtmf: '1' });
    alice.tell({ type: 'info', infoId: 'i2', dtmf: '2' });
    alice.tell({ type: 'info', infoId: 'i3' });
    waiting.shift()!(undefined);
    await rig.clock.advance(10);
    waiting.shift()!(true);
    await rig.clock.advance(10);
    expect(bob.sent).toMatchObject([{ infoId: 'i1' }, { infoId: 'i3' }]);
  });

  it('unanswered for 4 s are answered 408', async () => {
    await using rig = await SwitchRig.create();
    const { alice } = await upCall(rig);
    alice.tell({ type: 'info', infoId: 'i', dtmf: '5' });
    await rig.clock.advance(4_100);
    expect(alice.sent).toEqual([{ type: 'infoDone', infoId: 'i', status: 408 }]);
  });

  it('more than may wait end the call rather than be lost', async () => {
    const guard = pluginOf((scope) => {
      scope.handle('chan.dtmf', {}, () => new Promise<true>(() => {}));
    });
    await using rig = await SwitchRig.create({}, guard);
    const { alice, bob } = await upCall(rig);
    for (let index = 0; index < 80; index++) {
      alice.tell({ type: 'info', infoId: `i${index}`, dtmf: '5' });
    }
    expect(bob.lastOf('hangup')).toMatchObject({ by: 'engine', reason: 'congestion' });
    expect(alice.sentOf('hangup')).toHaveLength(1);
  });
});

describe('a transfer', () => {
  it('and its news cross', async () => {
    await using rig = await SwitchRig.create();
    const { alice, bob } = await upCall(rig);
    bob.tell({ type: 'refer', referId: 'r', target: 'sip:carol@example.com' });
    expect(alice.lastOf('refer')).toMatchObject({ target: 'sip:carol@example.com' });
    const news = (status: number, isFinal: boolean) =>
      ({ type: 'notify', referId: 'r', status, phrase: '', isFinal }) as const;
    alice.tell(news(202, false));
    alice.tell(news(200, true));
    expect(bob.sentOf('notify')).toHaveLength(2);
    await rig.clock.advance(40_000);
    expect(bob.sentOf('notify')).toHaveLength(2);
  });

  it('that nobody answers is answered 408', async () => {
    await using rig = await SwitchRig.create();
    const { bob } = await upCall(rig);
    bob.tell({ type: 'refer', referId: 'r', target: 'sip:carol@example.com' });
    await rig.clock.advance(32_100);
    expect(bob.lastOf('notify')).toMatchObject({ status: 408, isFinal: true });
  });
});

describe('an ACK', () => {
  it('with the answer to a late offer reaches the called leg', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    const { arrivalOf } = await import('@tandem/testing');
    const alice = rig.call({ offer: { ...arrivalOf().offer, body: undefined } });
    rig.leg('bob').tell(answered('t', { isLate: true }));
    expect(alice.lastOf('answered')?.isLate).toBe(true);
    alice.tell({ type: 'ack', body: sdp('answer') });
    expect(rig.leg('bob').lastOf('ack')).toEqual({ type: 'ack', body: sdp('answer') });
  });
});
