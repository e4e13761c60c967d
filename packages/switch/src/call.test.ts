import { afterEach, describe, expect, it } from 'vitest';
import { SwitchRig } from '@tandem/testing';

const rigs: SwitchRig[] = [];
async function rigOf(...args: Parameters<typeof SwitchRig.create>): Promise<SwitchRig> {
  const rig = await SwitchRig.create(...args);
  rigs.push(rig);
  return rig;
}

afterEach(async () => {
  for (const rig of rigs.splice(0)) {
    await rig.clock.advance(120_000);
    expect(rig.faults()).toEqual([]);
  }
});

describe('a plain call', () => {
  it('is routed, answered and hung up, with three records for each leg', async () => {
    const rig = await rigOf();
    rig.routeTo(['bob']);
    const alice = rig.call();
    const bob = rig.leg('bob');
    expect(rig.executed[0]?.branchId).toBe('node1-b1-1/1/1');
    bob.tell({ type: 'trying' });
    bob.tell({ type: 'progress', dialog: 't1', status: 180, phrase: 'Ringing' });
    expect(alice.lastOf('progress')?.dialog).toBe('1:t1');
    await rig.clock.advance(2_000);
    bob.tell({ type: 'answered', dialog: 't1', answeredAgoMs: 0, isLate: false });
    expect(alice.lastOf('answered')?.dialog).toBe('1:t1');
    expect(bob.sentOf('accepted')).toHaveLength(1);
    await rig.clock.advance(10_000);
    alice.tell({ type: 'hangup', by: 'caller', reason: '', q850: 16, reasonHeaders: [] });
    expect(bob.lastOf('hangup')).toMatchObject({ by: 'caller', q850: 16 });
    alice.tell({ type: 'gone' });
    bob.tell({ type: 'gone' });
    expect(rig.finalOf(alice)).toMatchObject({ talkMs: 10_000, ringtime: 2, hangupBy: 'caller' });
    expect(rig.recordsOf(bob).map((r) => r.operation)).toEqual([
      'initialize',
      'update',
      'update',
      'finalize',
    ]);
  });
});
