import { refuse } from '@tandem/messages';
import { answered, failed, gone, hangup, progress, SwitchRig } from '@tandem/testing';
import { describe, expect, it } from 'vitest';

/** Alice calls; groups of names are tried. */
async function rigTo(...groups: readonly (readonly string[])[]) {
  const rig = await SwitchRig.create();
  rig.routeTo(...groups);
  return rig;
}

const names = (rig: SwitchRig) => rig.legs.map(({ id }) => id.replace(/^test\/|#.*$/g, ''));

describe('the next group', () => {
  it.each([500, 503, 408, 480, 404, 484, 403, 488, 302, 401, 407])(
    'is tried when a carrier says %i',
    async (status) => {
      await using rig = await rigTo(['a'], ['b']);
      const alice = rig.call();
      rig.leg('a').tell(failed(status));
      expect(names(rig)).toEqual(['a', 'b']);
      rig.leg('b').tell(answered('t'));
      expect(alice.sentOf('failed')).toEqual([]);
    },
  );

  it.each([486, 600, 603, 604, 606, 607])('is not tried when a carrier says %i', async (status) => {
    await using rig = await rigTo(['a'], ['b']);
    const alice = rig.call();
    rig.leg('a').tell(failed(status));
    expect(names(rig)).toEqual(['a']);
    expect(alice.sentOf('failed')).toMatchObject([{ status }]);
  });

  it('follows the route’s own codes and no others', async () => {
    await using rig = await SwitchRig.create();
    const groups = [[{ callto: 'test/a' }], [{ callto: 'test/b' }], [{ callto: 'test/c' }]];
    rig.route = { groups, failoverCodes: [486] };
    const alice = rig.call();
    rig.leg('a').tell(failed(486));
    rig.leg('b').tell(failed(500));
    expect(names(rig)).toEqual(['a', 'b']);
    expect(alice.lastOf('failed')?.status).toBe(486);
  });

  it.each([
    [408, 'timeout'],
    [503, 'unreachable'],
  ])('follows silence (%i %s) whatever codes the route has', async (status, reason) => {
    await using rig = await SwitchRig.create();
    const groups = [[{ callto: 'test/a' }], [{ callto: 'test/b' }]];
    rig.route = { groups, failoverCodes: [500] };
    rig.call();
    rig.leg('a').tell(failed(status, { reason }));
    expect(names(rig)).toEqual(['a', 'b']);
  });

  it('follows the switch’s stop codes when they are set', async () => {
    await using rig = await SwitchRig.create({ stopCodes: [404] });
    rig.routeTo(['a'], ['b'], ['c']);
    const alice = rig.call();
    rig.leg('a').tell(failed(486));
    rig.leg('b').tell(failed(404));
    expect(names(rig)).toEqual(['a', 'b']);
    expect(alice.lastOf('failed')?.status).toBe(486);
  });

  it('is tried when a branch could not be placed at all', async () => {
    await using rig = await rigTo(['a'], ['b']);
    rig.refusals.set('a', refuse('limit', 'trunk is full'));
    const alice = rig.call();
    expect(names(rig)).toEqual(['b']);
    rig.leg('b').tell(failed(500));
    expect(alice.lastOf('failed')?.status).toBe(500);
  });

  it('is tried when nobody has a driver for the destination', async () => {
    await using rig = await SwitchRig.create();
    rig.route = { groups: [[{ callto: 'smoke/signals' }], [{ callto: 'test/b' }]] };
    rig.call();
    expect(names(rig)).toEqual(['b']);
  });

  it('does not wait for a carrier that was given up, whose late words change nothing', async () => {
    await using rig = await SwitchRig.create();
    const params = { noReplyMs: 4_000 };
    rig.route = { groups: [[{ callto: 'test/a', params }], [{ callto: 'test/b' }]] };
    const alice = rig.call();
    await rig.clock.advance(4_100);
    expect(rig.leg('a').lastOf('hangup')).toMatchObject({ by: 'engine', reason: 'timeout' });
    expect(names(rig)).toEqual(['a', 'b']);
    const [late, next] = [rig.leg('a'), rig.leg('b')];
    late.tell(progress('x'));
    next.tell(answered('t'));
    late.tell(answered('x'));
    expect(late.sentOf('hangup')).toHaveLength(2);
    expect(alice.sentOf('answered')).toMatchObject([{ dialog: '2:t' }]);
    expect(alice.sentOf('progress')).toEqual([]);
    late.tell(gone());
    expect(rig.finalOf(late)).toMatchObject({ sipCode: 408, isLateAnswer: true, talkMs: 0 });
  });

  it('counts attempts, and gives each the time that is left', async () => {
    await using rig = await rigTo(['a'], ['b', 'c']);
    rig.call();
    await rig.clock.advance(10_000);
    rig.leg('a').tell(failed(500));
    expect(
      rig.executed.map(({ branchId, attempt, setupMs }) => [branchId, attempt, setupMs]),
    ).toEqual([
      ['node1-b1-1/1/1', 1, 120_000],
      ['node1-b1-1/2/1', 2, 110_000],
      ['node1-b1-1/2/2', 2, 110_000],
    ]);
  });
});

describe('a trunk that does not reply', () => {
  const trunk = (name: string) => ({ callto: `test/${name}`, params: { trunk: name } });

  it('is left after 4 s of silence unless its route says otherwise', async () => {
    await using rig = await SwitchRig.create();
    rig.route = { groups: [[trunk('a')], [trunk('b')]] };
    rig.call();
    await rig.clock.advance(3_900);
    expect(names(rig)).toEqual(['a']);
    await rig.clock.advance(200);
    expect(names(rig)).toEqual(['a', 'b']);
  });

  it('that was heard has the post-dial delay to ring', async () => {
    await using rig = await SwitchRig.create();
    rig.route = { groups: [[trunk('a')], [trunk('b')]] };
    const alice = rig.call();
    rig.leg('a').tell({ type: 'trying' });
    await rig.clock.advance(14_900);
    expect(names(rig)).toEqual(['a']);
    await rig.clock.advance(200);
    expect(rig.leg('a').lastOf('hangup')?.reason).toBe('postdialdelay');
    rig.leg('b').tell(failed(500));
    expect(alice.lastOf('failed')?.status).toBe(500);
  });

  it('that rings has its ringing time from the first ring', async () => {
    await using rig = await SwitchRig.create();
    const params = { trunk: 'a', ringMs: 20_000 };
    rig.route = { groups: [[{ callto: 'test/a', params }], [trunk('b')]] };
    rig.call();
    await rig.clock.advance(3_000);
    rig.leg('a').tell(progress('t', { status: 183 }));
    await rig.clock.advance(10_000);
    rig.leg('a').tell(progress('t'));
    await rig.clock.advance(9_900);
    expect(names(rig)).toEqual(['a']);
    await rig.clock.advance(200);
    expect(rig.leg('a').lastOf('hangup')?.reason).toBe('noanswer');
    expect(names(rig)).toEqual(['a', 'b']);
  });

  it('a phone has no such limits: its driver gives up', async () => {
    await using rig = await rigTo(['bob'], ['b']);
    rig.call();
    await rig.clock.advance(30_000);
    expect(names(rig)).toEqual(['bob']);
  });

  it('a branch may ring longer than usual when its route says so', async () => {
    await using rig = await SwitchRig.create();
    rig.route = { groups: [[{ callto: 'test/a', params: { ringMs: 200_000 } }]] };
    const alice = rig.call();
    rig.leg('a').tell(progress('t'));
    await rig.clock.advance(199_000);
    expect(alice.sentOf('failed')).toEqual([]);
    await rig.clock.advance(1_100);
    expect(alice.lastOf('failed')?.status).toBe(480);
  });
});

describe('branches that ring together', () => {
  it('the first answer wins and the others are told that it was answered elsewhere', async () => {
    await using rig = await rigTo(['desk', 'mobile', 'home']);
    const alice = rig.call();
    rig.leg('mobile').tell(answered('t'));
    for (const name of ['desk', 'home']) {
      expect(rig.leg(name).sentOf('hangup')).toMatchObject([
        { reasonHeaders: ['SIP;cause=200;text="Call completed elsewhere"'], sipCause: 200 },
      ]);
    }
    expect(rig.leg('mobile').sent).toMatchObject([{ type: 'accepted' }]);
    expect(alice.lastOf('answered')?.dialog).toBe('2:t');
  });

  it('a second answer in flight is hung up, and its record shows it', async () => {
    await using rig = await rigTo(['desk', 'mobile']);
    const alice = rig.call();
    rig.leg('desk').tell(answered('t'));
    rig.leg('mobile').tell(answered('u'));
    expect(rig.leg('mobile').sentOf('hangup')).toHaveLength(2);
    expect(alice.sentOf('answered')).toHaveLength(1);
    rig.leg('mobile').tell(gone());
    expect(rig.finalOf(rig.leg('mobile'))).toMatchObject({
      isLateAnswer: true,
      talkMs: 0,
      reason: 'answeredElsewhere',
      q850: 26,
    });
  });

  it('one failure leaves the others ringing', async () => {
    await using rig = await rigTo(['desk', 'mobile'], ['voicemail']);
    const alice = rig.call();
    rig.leg('desk').tell(failed(500));
    expect(alice.sent).toEqual([]);
    rig.leg('mobile').tell(failed(480));
    expect(names(rig)).toEqual(['desk', 'mobile', 'voicemail']);
  });

  it('busy at one and nobody at the other is busy', async () => {
    await using rig = await rigTo(['desk', 'mobile'], ['voicemail']);
    const alice = rig.call();
    rig.leg('desk').tell(failed(486));
    rig.leg('mobile').tell(failed(480));
    expect(names(rig)).toEqual(['desk', 'mobile']);
    expect(alice.lastOf('failed')?.status).toBe(486);
  });

  it('a decline of one cancels its sisters', async () => {
    await using rig = await rigTo(['desk', 'mobile'], ['voicemail']);
    const alice = rig.call();
    rig.leg('desk').tell(failed(603));
    expect(rig.leg('mobile').lastOf('hangup')).toMatchObject({ sipCause: 603 });
    expect(alice.sentOf('failed')).toMatchObject([{ status: 603 }]);
    expect(names(rig)).toEqual(['desk', 'mobile']);
  });

  it('an answer at once keeps the others from being placed', async () => {
    await using rig = await rigTo(['desk', 'mobile']);
    rig.prepare.set('desk', (leg) => leg.tell(answered('t')));
    rig.call();
    expect(names(rig)).toEqual(['desk']);
  });

  it('a decline at once keeps the others from being placed', async () => {
    await using rig = await rigTo(['desk', 'mobile']);
    rig.prepare.set('desk', (leg) => leg.tell(failed(600)));
    const alice = rig.call();
    expect(names(rig)).toEqual(['desk']);
    expect(alice.lastOf('failed')?.status).toBe(600);
  });

  it('a failure at once of the first leaves the call to the second', async () => {
    await using rig = await rigTo(['desk', 'mobile']);
    rig.prepare.set('desk', (leg) => {
      leg.tell(failed(500));
      leg.tell(gone());
    });
    const alice = rig.call();
    expect(alice.sent).toEqual([]);
    rig.leg('mobile').tell(answered('t'));
    expect(alice.lastOf('answered')).toBeDefined();
  });

  it('more of them than are rung, and more groups than are tried, are left out', async () => {
    await using rig = await SwitchRig.create();
    const group = (count: number) => Array.from({ length: count }, () => ({ callto: 'test/a' }));
    rig.route = { groups: [group(40), ...Array.from({ length: 60 }, () => group(1))] };
    rig.call();
    expect(rig.legs).toHaveLength(16);
    for (let index = 0; index < rig.legs.length; index++) rig.legs[index]!.tell(failed(500));
    expect(rig.legs).toHaveLength(16 + 31);
  });
});

describe('a branch that ends in an odd way', () => {
  it('hangs up before the answer: a failure on its way', async () => {
    await using rig = await rigTo(['a'], ['b']);
    const alice = rig.call();
    rig.leg('a').tell(hangup('engine', { reason: 'unreachable', sipCause: 480, q850: 27 }));
    expect(names(rig)).toEqual(['a', 'b']);
    rig.leg('b').tell(failed(500));
    expect(alice.lastOf('failed')).toMatchObject({ status: 480, q850: 27 });
  });

  it('goes without a word: the next one is tried', async () => {
    await using rig = await rigTo(['a'], ['b']);
    rig.call();
    rig.leg('a').tell(gone());
    expect(names(rig)).toEqual(['a', 'b']);
  });

  it('fails with a status that is none: 500', async () => {
    await using rig = await rigTo(['a']);
    const alice = rig.call();
    rig.leg('a').tell(failed(42));
    expect(alice.lastOf('failed')?.status).toBe(500);
  });

  it('never says its last word: its record is told after the bound', async () => {
    await using rig = await rigTo(['a']);
    const alice = rig.call();
    alice.tell(hangup('caller'));
    alice.tell(gone());
    expect(rig.switch.active).toBe(0);
    await rig.clock.advance(99_000);
    expect(rig.finalOf(rig.leg('a'))).toBeUndefined();
    await rig.clock.advance(1_100);
    expect(rig.finalOf(rig.leg('a'))).toMatchObject({ sipCode: 487, reason: 'cancelled' });
  });
});
