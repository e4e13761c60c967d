import { definePlugin, type Scope } from '@tandem/engine';
import type { CdrParams } from '@tandem/messages';
import { answered, failed, gone, hangup, progress, SwitchRig } from '@tandem/testing';
import { describe, expect, it } from 'vitest';

const pluginOf = (name: string, setup: (scope: Scope) => void) => definePlugin({ name, setup });

async function endedCall(rig: SwitchRig) {
  rig.routeTo(['bob']);
  const alice = rig.call();
  const bob = rig.leg('bob');
  bob.tell(answered('t'));
  await rig.clock.advance(1_000);
  alice.tell(hangup('caller'));
  alice.tell(gone());
  bob.tell(gone());
  return { alice, bob };
}

describe('a leg’s records', () => {
  it('carry Yate’s names and meanings, and ours beside them', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    rig.legOptions.set('bob', { callId: 'b@x', userAgent: 'desk/1', address: '198.51.100.9:5060' });
    const alice = rig.call({}, { callId: 'a@x' });
    const bob = rig.leg('bob');
    await rig.clock.advance(1_000);
    bob.tell(progress('t'));
    await rig.clock.advance(2_000);
    bob.tell(answered('t'));
    await rig.clock.advance(10_250);
    bob.tell(hangup('callee', { reasonHeaders: [] }));
    alice.tell(gone());
    bob.tell(gone());
    const startedAt = Date.UTC(2026, 0, 1);
    expect(rig.finalOf(alice)).toEqual({
      operation: 'finalize',
      time: startedAt / 1_000,
      chan: 'sip/a1',
      cdrid: 1,
      runid: 'b1',
      direction: 'incoming',
      duration: 13.25,
      billtime: 10.25,
      ringtime: 2,
      status: 'answered',
      address: '192.0.2.7:5060',
      billid: 'node1-b1-1',
      caller: 'alice',
      called: 'bob',
      calledfull: 'bob',
      external: 'alice',
      username: 'alice',
      reason: '',
      sipCode: 200,
      q850: 16,
      hangupBy: 'callee',
      cdrwrite: true,
      attempt: 0,
      driver: 'sip',
      callto: '',
      callId: 'a@x',
      userAgent: '',
      startedAt,
      ringingAt: startedAt + 1_000,
      answeredAt: startedAt + 3_000,
      endedAt: startedAt + 13_250,
      durationMs: 13_250,
      talkMs: 10_250,
      isLateAnswer: false,
    } satisfies CdrParams);
    expect(rig.finalOf(bob)).toMatchObject({
      cdrid: 2,
      direction: 'outgoing',
      external: 'bob',
      attempt: 1,
      driver: 'test',
      callto: 'test/bob',
      callId: 'b@x',
      userAgent: 'desk/1',
    });
  });

  it('measure spans by the monotonic clock: a clock that is set changes no duration', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    const alice = rig.call();
    rig.leg('bob').tell(answered('t'));
    await rig.clock.advance(30_000);
    rig.clock.stepWall(3_600_000);
    await rig.clock.advance(30_000);
    alice.tell(hangup('caller'));
    alice.tell(gone());
    rig.leg('bob').tell(gone());
    const { talkMs, startedAt, endedAt } = rig.finalOf(alice)!;
    expect(talkMs).toBe(60_000);
    expect(endedAt! - startedAt).toBe(60_000);
  });

  it('an answered call hung up at once may be given a least talk time', async () => {
    await using rig = await SwitchRig.create({ minimumTalkMs: 1 });
    rig.routeTo(['bob']);
    const alice = rig.call();
    rig.leg('bob').tell(answered('t'));
    rig.leg('bob').tell(hangup('callee'));
    rig.leg('bob').tell(gone());
    alice.tell(gone());
    expect(rig.finalOf(alice)?.talkMs).toBe(1);
  });

  it('a failed branch has one of its own, with the carrier’s words', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['a'], ['b']);
    rig.call();
    rig.leg('a').tell(failed(404, { reason: 'unallocated', q850: 1 }));
    rig.leg('a').tell(gone());
    expect(rig.finalOf(rig.leg('a'))).toMatchObject({
      sipCode: 404,
      reason: 'unallocated',
      q850: 1,
      hangupBy: 'callee',
      attempt: 1,
    });
  });

  it('chan.startup and chan.hangup are told once for each leg', async () => {
    const told: string[] = [];
    const plugin = pluginOf('watch', (scope) => {
      scope.handle('chan.startup', {}, ({ params }) => void told.push(`+${params.id}`));
      scope.handle(
        'chan.hangup',
        {},
        ({ params }) => void told.push(`-${params.id} ${params.reason}`),
      );
      scope.handle(
        'call.answered',
        {},
        ({ params }) => void told.push(`${params.id}=${params.peerid}`),
      );
    });
    await using rig = await SwitchRig.create({}, plugin);
    await endedCall(rig);
    expect(told).toEqual([
      '+sip/a1',
      '+test/bob#1',
      'test/bob#1=sip/a1',
      '-sip/a1 ',
      '-test/bob#1 ',
    ]);
  });
});

describe('a final record', () => {
  /** A ledger whose journal fails as often as `failures` says. */
  function ledger(failures: number, taken: CdrParams[]) {
    let left = failures;
    return pluginOf('ledger', (scope) =>
      scope.handle('call.cdr', { priority: 50, where: { operation: 'finalize' } }, ({ params }) => {
        if (params.direction === 'outgoing') return;
        if (left-- > 0) throw new Error('disk full');
        taken.push(params);
      }),
    );
  }

  it('that the journal did not take is told again, marked as a repeat, until it does', async () => {
    const taken: CdrParams[] = [];
    await using rig = await SwitchRig.create({}, ledger(3, taken));
    const { alice } = await endedCall(rig);
    expect(taken).toEqual([]);
    expect(rig.switch.finalRecords.owed).toBe(1);
    await rig.clock.advance(10_000);
    expect(taken).toMatchObject([{ talkMs: 1_000, repeat: 3 }]);
    const finals = rig.recordsOf(alice).filter(({ operation }) => operation === 'finalize');
    expect(finals.map(({ repeat }) => repeat)).toEqual([undefined, 1, 2, 3]);
    expect(rig.switch.finalRecords.owed).toBe(0);
    rig.records.splice(0, rig.records.length, ...rig.records.filter(({ repeat }) => !repeat));
  });

  it('is given up at last', async () => {
    const taken: CdrParams[] = [];
    await using rig = await SwitchRig.create({}, ledger(Infinity, taken));
    await endedCall(rig);
    for (let hour = 0; hour < 4; hour++) await rig.clock.advance(3_600_000);
    expect(rig.switch.meters.recordsLost).toBe(1);
    expect(rig.switch.finalRecords.owed).toBe(0);
    rig.records.splice(0, rig.records.length, ...rig.records.filter(({ repeat }) => !repeat));
  });

  it('is not told again for the fault of another writer', async () => {
    const plugin = pluginOf('cdrfile', (scope) =>
      scope.handle('call.cdr', {}, () => {
        throw new Error('disk full');
      }),
    );
    await using rig = await SwitchRig.create({}, plugin);
    await endedCall(rig);
    expect(rig.switch.finalRecords.owed).toBe(0);
  });
});
