import { definePlugin, type Scope } from '@tandem/engine';
import { type Body, refuse } from '@tandem/messages';
import { answered, failed, hangup, modify, progress, sdp, SwitchRig } from '@tandem/testing';
import { describe, expect, it } from 'vitest';

const pluginOf = (setup: (scope: Scope) => void) => definePlugin({ name: 'anchor', setup });
const early = (name: string) => ({ status: 183, body: sdp(name) });

describe('early dialogs', () => {
  it('of two attempts have different names, even with one tag', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['a'], ['b']);
    const alice = rig.call();
    rig.leg('a').tell(progress('same', early('a')));
    rig.leg('a').tell(failed(500));
    rig.leg('b').tell(progress('same', early('b')));
    rig.leg('b').tell(answered('same'));
    expect(alice.sent).toMatchObject([
      { type: 'progress', dialog: '1:same', body: sdp('a') },
      { type: 'progress', dialog: '1:same', status: 199, isClosed: true },
      { type: 'progress', dialog: '2:same', body: sdp('b') },
      { type: 'answered', dialog: '2:same' },
    ]);
  });

  it('of a forking peer are told apart, and one that is lost is closed', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['proxy']);
    const alice = rig.call();
    rig.leg('proxy').tell(progress('x'));
    rig.leg('proxy').tell(progress('y'));
    rig.leg('proxy').tell(progress('x', { status: 199, isClosed: true }));
    rig.leg('proxy').tell(progress('z', { status: 199, isClosed: true }));
    rig.leg('proxy').tell(answered('y'));
    expect(alice.sent.map((event) => 'dialog' in event && event.dialog)).toEqual([
      '1:x',
      '1:y',
      '1:x',
      '1:y',
    ]);
  });

  it('are not closed before a final answer, which ends them all', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['a']);
    const alice = rig.call();
    rig.leg('a').tell(progress('x'));
    rig.leg('a').tell(failed(486));
    expect(alice.sent).toMatchObject([{ type: 'progress' }, { type: 'failed' }]);
  });

  it('without a tag pass without one', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['a']);
    const alice = rig.call();
    rig.leg('a').tell(progress(null, { status: 181 }));
    expect(alice.lastOf('progress')).toMatchObject({ dialog: null, status: 181 });
  });

  it('beyond the bound are dropped', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['a']);
    const alice = rig.call();
    for (let tag = 0; tag < 40; tag++) rig.leg('a').tell(progress(`t${tag}`));
    expect(alice.sentOf('progress')).toHaveLength(16);
  });
});

describe('early media of branches that ring together', () => {
  it('is heard of the first that gives it; the others’ goes with their 200', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['desk', 'mobile']);
    const alice = rig.call();
    rig.leg('mobile').tell(progress('m', early('mobile')));
    rig.leg('desk').tell(progress('d', early('desk')));
    rig.leg('desk').tell(answered('d', { body: undefined }));
    expect(alice.sent).toMatchObject([
      { dialog: '2:m', status: 183, body: sdp('mobile') },
      { dialog: '1:d', status: 183 },
      { type: 'answered', dialog: '1:d', body: sdp('desk') },
    ]);
    expect(alice.sentOf('progress')[1]?.body).toBeUndefined();
  });

  it('passes on to another branch when the one that was heard is lost', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['a', 'b', 'c']);
    const alice = rig.call();
    rig.leg('a').tell(progress('a', early('a')));
    rig.leg('a').tell(failed(500));
    rig.leg('b').tell(progress('b', early('b')));
    rig.leg('c').tell(progress('c', early('c')));
    const bodies = alice.sentOf('progress').map(({ body }) => body?.content);
    expect(bodies).toEqual([sdp('a').content, undefined, sdp('b').content, undefined]);
  });
});

describe('reliable provisionals', () => {
  it('are acknowledged end to end, each in its own dialog', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['a', 'b']);
    const alice = rig.call();
    rig.leg('b').tell(progress('x', { status: 183, isReliable: true, body: sdp('b') }));
    expect(alice.lastOf('progress')).toMatchObject({ isReliable: true, dialog: '2:x' });
    alice.tell({ type: 'prack', dialog: '2:x', body: sdp('offer2') });
    expect(rig.leg('b').sent).toEqual([{ type: 'prack', dialog: 'x', body: sdp('offer2') }]);
    expect(rig.leg('a').sent).toEqual([]);
    rig.leg('b').tell({ type: 'pracked', dialog: 'x', status: 200, body: sdp('answer2') });
    expect(alice.lastOf('pracked')).toMatchObject({ dialog: '2:x', body: sdp('answer2') });
  });

  it('a PRACK for a dialog that never was is dropped', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['a']);
    const alice = rig.call();
    for (const dialog of ['', 'x', '9:x', ':', 'one:x', '1']) alice.tell({ type: 'prack', dialog });
    expect(rig.leg('a').sent).toEqual([]);
  });

  it('an UPDATE before the answer finds its branch by the dialog, and is answered there', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['a', 'b']);
    const alice = rig.call();
    rig.leg('b').tell(progress('x'));
    alice.tell(modify('m1', { method: 'UPDATE', dialog: '2:x' }));
    expect(rig.leg('b').lastOf('modify')).toMatchObject({ modifyId: 'm1', dialog: 'x' });
    alice.tell(modify('m2', { method: 'UPDATE' }));
    expect(alice.lastOf('modified')).toMatchObject({ modifyId: 'm2', status: 500 });
    rig.leg('b').tell(modify('n', { method: 'UPDATE', dialog: 'x' }));
    expect(alice.lastOf('modify')).toMatchObject({ modifyId: 'n', dialog: '2:x' });
  });

  it('what waits for an answer of a branch that is lost is answered 500', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['a'], ['b']);
    const alice = rig.call();
    alice.tell({ type: 'info', infoId: 'i1' });
    expect(rig.leg('a').lastOf('info')).toBeDefined();
    rig.leg('a').tell(failed(500));
    expect(alice.lastOf('infoDone')).toEqual({ type: 'infoDone', infoId: 'i1', status: 500 });
  });
});

describe('call.media', () => {
  const stamping = (seen: string[]) =>
    pluginOf((scope) =>
      scope.handle('call.media', {}, ({ params: { role, id, peerid, body } }) => {
        seen.push(`${role} ${id}>${peerid}`);
        return { body: { ...body, content: `${body.content}a=anchored\r\n` } };
      }),
    );
  const anchored = ({ type, content }: Body): Body => ({
    type,
    content: `${content}a=anchored\r\n`,
  });

  it('is asked for every description that passes, and its answer passes instead', async () => {
    const seen: string[] = [];
    await using rig = await SwitchRig.create({}, stamping(seen));
    rig.routeTo(['bob']);
    const alice = rig.call();
    const bob = rig.leg('bob');
    bob.tell(progress('t', early('bob')));
    bob.tell(answered('t', { body: sdp('bob') }));
    alice.tell(modify('m', { body: sdp('hold') }));
    bob.tell({ type: 'modified', modifyId: 'm', status: 200, phrase: 'OK', body: sdp('held') });
    expect(seen).toEqual([
      'offer sip/a1>',
      `progress ${bob.id}>sip/a1`,
      `answer ${bob.id}>sip/a1`,
      `offer sip/a1>${bob.id}`,
      `answer ${bob.id}>sip/a1`,
    ]);
    expect(rig.executed[0]?.offer.body?.content).toContain('a=anchored');
    expect(alice.lastOf('answered')?.body).toEqual(anchored(sdp('bob')));
    expect(bob.lastOf('modify')?.body).toEqual(anchored(sdp('hold')));
    expect(alice.lastOf('modified')?.body).toEqual(anchored(sdp('held')));
  });

  it('is asked about nothing that is no session description', async () => {
    const seen: string[] = [];
    await using rig = await SwitchRig.create({}, stamping(seen));
    rig.routeTo(['bob']);
    rig.call({
      offer: { ...(await import('@tandem/testing')).arrivalOf().offer, body: undefined },
    });
    rig.leg('bob').tell(answered('t', { body: { type: 'multipart/mixed', content: 'x' } }));
    expect(seen).toEqual([]);
  });

  it('keeps the order of events while it is waited for', async () => {
    const waiting: (() => void)[] = [];
    const guard = pluginOf((scope) =>
      scope.handle('call.media', { where: { role: ['progress', 'answer'] } }, async () => {
        await new Promise<void>((resolve) => void waiting.push(resolve));
        return undefined;
      }),
    );
    await using rig = await SwitchRig.create({}, guard);
    rig.routeTo(['bob']);
    const alice = rig.call();
    rig.leg('bob').tell(progress('t', early('bob')));
    rig.leg('bob').tell(progress('t'));
    rig.leg('bob').tell(answered('t'));
    rig.leg('bob').tell(hangup('callee'));
    expect(alice.sent).toEqual([]);
    waiting.shift()!();
    await rig.clock.advance(10);
    expect(alice.sent).toMatchObject([{ status: 183 }, { status: 180 }]);
    await rig.clock.advance(300);
    waiting.shift()!();
    await rig.clock.advance(10);
    expect(alice.sent.slice(2)).toMatchObject([
      { type: 'answered', answeredAgoMs: 310 },
      { type: 'hangup', by: 'callee' },
    ]);
  });

  it('is overtaken by a caller who hangs up', async () => {
    const guard = pluginOf((scope) =>
      scope.handle('call.media', { where: { role: 'answer' } }, () => new Promise(() => {})),
    );
    await using rig = await SwitchRig.create({}, guard);
    rig.routeTo(['bob']);
    const alice = rig.call();
    rig.leg('bob').tell(answered('t'));
    alice.tell(hangup('caller'));
    expect(rig.leg('bob').lastOf('hangup')).toBeDefined();
    await rig.clock.advance(6_000);
    expect(alice.sent).toEqual([]);
    expect(rig.finalOf(alice)).toMatchObject({ sipCode: 487, talkMs: 0 });
    await rig.clock.advance(100_000);
    expect(rig.finalOf(rig.leg('bob'))).toMatchObject({ isLateAnswer: true, talkMs: 0 });
  });

  it('refuses an offer: the branch is not placed, and the next one is', async () => {
    const guard = pluginOf((scope) =>
      scope.handle('call.media', { where: { role: 'offer' } }, () => refuse('unacceptable')),
    );
    await using rig = await SwitchRig.create({}, guard);
    rig.routeTo(['a'], ['b']);
    const alice = rig.call();
    expect(rig.executed).toEqual([]);
    expect(alice.lastOf('failed')?.status).toBe(488);
  });

  it('refuses an answer: that branch is hung up, and the next one tried', async () => {
    const guard = pluginOf((scope) =>
      scope.handle('call.media', { where: { role: 'answer' } }, () => refuse('unacceptable')),
    );
    await using rig = await SwitchRig.create({}, guard);
    rig.routeTo(['a'], ['b']);
    const alice = rig.call();
    rig.leg('a').tell(answered('t'));
    expect(rig.leg('a').lastOf('hangup')).toMatchObject({ q850: 88 });
    expect(alice.sentOf('answered')).toEqual([]);
    expect(rig.leg('b')).toBeDefined();
  });

  it('that fails lets no description pass by', async () => {
    const guard = pluginOf((scope) =>
      scope.handle('call.media', { where: { role: 'progress' } }, () => {
        throw new Error('anchor lost');
      }),
    );
    await using rig = await SwitchRig.create({}, guard);
    rig.routeTo(['bob']);
    const alice = rig.call();
    rig.leg('bob').tell(progress('t', early('bob')));
    expect(alice.lastOf('progress')).toMatchObject({ status: 183, body: undefined });
  });
});
