import {
  answered,
  ClusterRig,
  gone,
  hangup,
  modified,
  modify,
  progress,
  type ScriptedLeg,
  sdp,
} from '@tandem/testing';
import { describe, expect, test } from 'vitest';

/** Two nodes; 1000 at node1 leads to the phone bob at node2, or on to carol at node1 itself. */
async function rigOf(names?: readonly string[]): Promise<ClusterRig> {
  const rig = await ClusterRig.create(names);
  rig.node('node1').routeTo('1000', ['cluster/node2/test/bob']);
  rig.node('node1').routeTo('2000', ['cluster/node2/test/bob'], ['test/carol']);
  return rig;
}

interface Legs {
  readonly caller: ScriptedLeg;
  readonly bob: ScriptedLeg;
}

async function ringing(rig: ClusterRig): Promise<Legs> {
  const caller = rig.node('node1').call('1000');
  await rig.pass(50);
  const bob = rig.node('node2').phone('bob');
  bob.tell(progress('t'));
  await rig.pass(100);
  expect(caller.lastOf('progress')).toBeDefined();
  return { caller, bob };
}

async function up(rig: ClusterRig): Promise<Legs> {
  const legs = await ringing(rig);
  legs.bob.tell(answered('t'));
  await rig.pass(200);
  expect(legs.caller.lastOf('answered')).toBeDefined();
  return legs;
}

/** A phone hangs up, and its node has heard the answer to its BYE. */
function leave(leg: ScriptedLeg): void {
  leg.tell(hangup(leg.direction === 'incoming' ? 'caller' : 'callee'));
  leg.tell(gone());
}

describe('NATS is away', () => {
  test('for ten seconds in an established call, and neither side notices', async () => {
    await using rig = await rigOf();
    const { caller, bob } = await up(rig);
    rig.cut();
    await rig.pass(10_000);
    await rig.mend(700);
    await rig.pass(40_000);
    expect([caller.lastOf('hangup'), bob.lastOf('hangup')]).toEqual([undefined, undefined]);
    bob.tell(modify('m', { body: sdp('later') }));
    await rig.pass(50);
    expect(caller.lastOf('modify')).toBeDefined();
    leave(caller);
    await rig.pass(100);
    expect(bob.lastOf('hangup')).toBeDefined();
  });

  test.each(['caller', 'bob'] as const)(
    'and %s says BYE meanwhile: both sides end, billed at the true time',
    async (side) => {
      await using rig = await rigOf();
      const legs = await up(rig);
      rig.cut();
      await rig.pass(2_000);
      leave(legs[side]);
      await rig.pass(8_000);
      const other = side === 'caller' ? legs.bob : legs.caller;
      expect(other.lastOf('hangup')).toBeUndefined();
      await rig.mend();
      await rig.pass(500);
      expect(other.lastOf('hangup')).toBeDefined();
      await rig.pass(6_000);
      const talks = rig.nodes.flatMap((node) => node.finals.map(({ talkMs }) => talkMs));
      expect(talks).toHaveLength(4);
      for (const talkMs of talks) expect(talkMs).toBeLessThan(3_000);
    },
  );

  test('a change of the session meanwhile is answered 500 with Retry-After 5, and the session stays', async () => {
    await using rig = await rigOf();
    const { caller, bob } = await up(rig);
    rig.cut();
    await rig.pass(1_000);
    caller.tell(modify('m1'));
    bob.tell({ type: 'info', infoId: 'i1', dtmf: '5' });
    caller.tell({ type: 'refer', referId: 'r1', target: 'sip:carol@example.com' });
    await rig.pass(50);
    expect(caller.lastOf('modified')).toMatchObject({ status: 500, retryAfterSeconds: 5 });
    expect(bob.lastOf('infoDone')).toMatchObject({ status: 500 });
    expect(caller.lastOf('notify')).toMatchObject({ status: 500, isFinal: true });
    await rig.mend();
    await rig.pass(500);
    caller.tell(modify('m2'));
    await rig.pass(50);
    bob.tell(modified('m2'));
    await rig.pass(50);
    expect(caller.lastOf('modified')).toMatchObject({ modifyId: 'm2', status: 200 });
  });

  test('for a minute: both sides are released, at their own nodes, after the grace', async () => {
    await using rig = await rigOf();
    const { caller, bob } = await up(rig);
    rig.cut();
    await rig.pass(29_000);
    expect([caller.lastOf('hangup'), bob.lastOf('hangup')]).toEqual([undefined, undefined]);
    await rig.pass(2_000);
    expect(caller.lastOf('hangup')).toMatchObject({ q850: 41 });
    expect(bob.lastOf('hangup')).toMatchObject({ q850: 41 });
    await rig.pass(29_000);
    await rig.mend();
    await rig.pass(2_000);
    expect(rig.nodes.map((node) => node.finals.length)).toEqual([2, 2]);
    // Nobody pays for the half minute in which we waited.
    for (const { talkMs } of rig.nodes.flatMap((node) => node.finals)) {
      expect(talkMs).toBeLessThan(2_000);
    }
  });

  test('while it rings: after 4 s the caller is told, and the phone stops ringing', async () => {
    await using rig = await rigOf();
    const { caller, bob } = await ringing(rig);
    rig.cut();
    await rig.pass(3_500);
    expect(caller.lastOf('failed')).toBeUndefined();
    await rig.pass(1_000);
    expect(caller.lastOf('failed')).toMatchObject({ status: 480 });
    expect(bob.lastOf('hangup')).toBeDefined();
  });

  test('for a moment while it rings, and the answer meanwhile reaches the caller', async () => {
    await using rig = await rigOf();
    const { caller, bob } = await ringing(rig);
    rig.cut();
    await rig.pass(500);
    bob.tell(answered('t'));
    await rig.pass(1_000);
    await rig.mend(200);
    await rig.pass(500);
    expect(caller.lastOf('answered')).toBeDefined();
    leave(caller);
    await rig.pass(100);
    expect(bob.lastOf('hangup')).toBeDefined();
  });

  test('new calls to other nodes are refused at once, or go where the route leads next', async () => {
    await using rig = await rigOf();
    rig.cut();
    await rig.pass(100);
    const refused = rig.node('node1').call('1000');
    await rig.pass(20);
    expect(refused.lastOf('failed')).toMatchObject({ status: 503, q850: 27 });
    rig.node('node1').call('2000');
    await rig.pass(20);
    expect(rig.node('node1').phone('carol')).toBeDefined();
  });

  test('it falls away as a call is handed over: the caller goes on to the next, the phone does not ring on', async () => {
    await using rig = await rigOf();
    const caller = rig.node('node1').call('2000');
    rig.cut();
    await rig.pass(1_200);
    expect(rig.node('node1').phone('carol')).toBeDefined();
    expect(caller.lastOf('failed')).toBeUndefined();
    await rig.mend();
    await rig.pass(6_000);
    for (const leg of rig.node('node2').legs) expect(leg.lastOf('hangup')).toBeDefined();
    expect(rig.node('node2').switch.active).toBe(0);
  });

  test('for one node only, a second long: its calls go on', async () => {
    await using rig = await rigOf();
    const { caller, bob } = await up(rig);
    rig.node('node2').cut();
    await rig.pass(500);
    // A new call meanwhile finds nobody there, which makes node2 dead for new calls.
    const refused = rig.node('node1').call('1000');
    await rig.pass(20);
    expect(refused.lastOf('failed')).toMatchObject({ status: 480 });
    await rig.pass(500);
    rig.node('node2').mend();
    await rig.pass(10_000);
    expect([caller.lastOf('hangup'), bob.lastOf('hangup')]).toEqual([undefined, undefined]);
    bob.tell(modify('m'));
    await rig.pass(50);
    expect(caller.lastOf('modify')).toBeDefined();
  });

  test('for one node only, ten seconds long: the other gives its calls up, and it learns of it', async () => {
    await using rig = await rigOf();
    const { caller, bob } = await up(rig);
    rig.node('node2').cut();
    await rig.pass(5_000);
    expect(caller.lastOf('hangup')).toMatchObject({ q850: 41 });
    expect(bob.lastOf('hangup')).toBeUndefined();
    await rig.pass(5_000);
    rig.node('node2').mend();
    await rig.pass(3_000);
    expect(bob.lastOf('hangup')).toBeDefined();
    expect(rig.nodes.map((node) => node.switch.calls.length)).toEqual([0, 0]);
  });

  test('again and again, and the call still stands', async () => {
    await using rig = await rigOf();
    const { caller, bob } = await up(rig);
    for (let round = 0; round < 5; round++) {
      rig.cut();
      await rig.pass(4_000 + 500 * round);
      await rig.mend(round * 300);
      await rig.pass(300);
    }
    await rig.pass(10_000);
    expect([caller.lastOf('hangup'), bob.lastOf('hangup')]).toEqual([undefined, undefined]);
  });
});

describe('a node dies', () => {
  test('while ringing, the caller has a final answer within 4 s', async () => {
    await using rig = await rigOf();
    const { caller } = await ringing(rig);
    rig.node('node2').kill();
    await rig.pass(4_000);
    expect(caller.lastOf('failed')).toMatchObject({ status: 480, q850: 20 });
  });

  test('in a call, the caller gets BYE within 5 s, with Q.850 41', async () => {
    await using rig = await rigOf();
    const { caller } = await up(rig);
    rig.node('node2').kill();
    await rig.pass(5_000);
    expect(caller.lastOf('hangup')).toMatchObject({ by: 'callee', q850: 41 });
  });

  test('the caller’s node: the phone stops ringing, or gets BYE', async () => {
    await using rig = await rigOf();
    const first = await ringing(rig);
    const second = await up(rig);
    rig.node('node1').kill();
    await rig.pass(5_000);
    expect(first.bob.lastOf('hangup')).toBeDefined();
    expect(second.bob.lastOf('hangup')).toMatchObject({ q850: 41 });
  });

  test('a new call there is refused at once with 480 offline', async () => {
    await using rig = await rigOf();
    rig.node('node2').kill();
    const atOnce = rig.node('node1').call('1000');
    await rig.pass(20);
    expect(atOnce.lastOf('failed')).toMatchObject({ status: 480, reason: 'offline' });
    await rig.pass(5_000);
    const later = rig.node('node1').call('1000');
    await rig.pass(20);
    expect(later.lastOf('failed')).toMatchObject({ status: 480, reason: 'offline' });
  });

  test('and is started anew: its successor never hears of the former calls, which end', async () => {
    await using rig = await rigOf();
    const { caller } = await up(rig);
    rig.node('node2').kill();
    await rig.pass(200);
    const started = rig.start(['node2']);
    await started;
    expect(caller.lastOf('hangup')).toMatchObject({ q850: 41 });
    expect(rig.node('node2').legs).toHaveLength(0);
    expect(rig.node('node2').switch.active).toBe(0);
    const { caller: again } = await up(rig);
    expect(again.lastOf('answered')).toBeDefined();
  });

  test('it stands still: the caller is not kept waiting for it', async () => {
    await using rig = await rigOf();
    const { caller, bob } = await up(rig);
    rig.node('node2').isFrozen = true;
    const waiting = rig.node('node1').call('2000');
    await rig.pass(1_200);
    // Nobody took the call within a second.
    expect(rig.node('node1').phone('carol')).toBeDefined();
    await rig.pass(4_000);
    expect(caller.lastOf('hangup')).toMatchObject({ q850: 41 });
    rig.node('node2').isFrozen = false;
    await rig.pass(10_000);
    // What it still holds of the calls given up meanwhile has ended too.
    expect(bob.lastOf('hangup')).toBeDefined();
    expect(rig.node('node2').switch.calls).toHaveLength(0);
    leave(waiting);
  });

  test('for a second it stands still, and its calls go on', async () => {
    await using rig = await rigOf();
    const { caller, bob } = await up(rig);
    rig.node('node2').isFrozen = true;
    caller.tell(modify('m'));
    await rig.pass(1_300);
    rig.node('node2').isFrozen = false;
    await rig.pass(3_000);
    expect(bob.lastOf('modify')).toBeDefined();
    expect([caller.lastOf('hangup'), bob.lastOf('hangup')]).toEqual([undefined, undefined]);
  });
});

describe('bounds', () => {
  test('a body beyond 32 kB does not cross: the call is refused, a change is, and the call stands', async () => {
    await using rig = await rigOf();
    const huge = { type: 'application/sdp', content: 'x'.repeat(33_000) };
    const offer = {
      headers: [],
      identity: { asserted: [], isTrusted: false },
      diversion: [],
      allow: [],
      supported: [],
      require: [],
      maxForwards: 69,
      body: huge,
    };
    const refused = rig.node('node1').call('1000', { offer });
    await rig.pass(20);
    expect(refused.lastOf('failed')).toMatchObject({ status: 513 });
    const { caller, bob } = await up(rig);
    caller.tell(modify('m', { body: huge }));
    await rig.pass(50);
    expect(caller.lastOf('modified')).toMatchObject({ status: 513 });
    expect(bob.lastOf('modify')).toBeUndefined();
  });

  test('an answer that cannot cross ends the call at both nodes', async () => {
    await using rig = await rigOf();
    const { caller, bob } = await ringing(rig);
    bob.tell(answered('t', { body: { type: 'application/sdp', content: 'x'.repeat(33_000) } }));
    await rig.pass(6_000);
    expect(caller.lastOf('failed')).toBeDefined();
    expect(bob.lastOf('hangup')).toBeDefined();
  });

  test('a node that acknowledges nothing gets no further calls, others do', async () => {
    await using rig = await rigOf();
    await up(rig);
    rig.node('node2').isFrozen = true;
    const legs = rig.node('node1').callers;
    for (let n = 0; n < 200; n++) {
      rig.node('node1').call('1000');
      legs.at(-1)!.tell(hangup('caller'));
    }
    await rig.pass(500);
    expect(await rig.node('node1').meter('tandem_cluster_events_unacked')).toBeLessThanOrEqual(201);
    await rig.pass(80_000);
    expect(await rig.node('node1').meter('tandem_cluster_events_unacked')).toBe(0);
    rig.node('node2').isFrozen = false;
    await rig.pass(5_000);
  });

  test('hundreds of legs are compared in bounded questions after a reconnection', async () => {
    await using rig = await rigOf();
    const calls: Legs[] = [];
    for (let n = 0; n < 620; n++) {
      const caller = rig.node('node1').call('1000');
      await rig.pass(0);
      const bob = rig.node('node2').phone('bob');
      bob.tell(answered('t'));
      calls.push({ caller, bob });
    }
    await rig.pass(1_000);
    rig.cut();
    await rig.pass(8_000);
    leave(calls[600]!.caller);
    await rig.mend();
    await rig.pass(3_000);
    expect(calls[600]!.bob.lastOf('hangup')).toBeDefined();
    expect(calls.filter(({ bob }) => bob.lastOf('hangup') !== undefined)).toHaveLength(1);
    expect(await rig.node('node1').meter('tandem_cluster_legs')).toBe(619);
  });
});
