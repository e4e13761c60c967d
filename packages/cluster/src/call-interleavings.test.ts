import {
  answered,
  ClusterRig,
  failed,
  gone,
  hangup,
  modified,
  modify,
  progress,
  type ScriptedLeg,
} from '@tandem/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const acts = [
  'call',
  'call',
  'ring',
  'answer',
  'answer',
  'refuse',
  'caller-leaves',
  'callee-leaves',
  'caller-changes',
  'callee-changes',
  'cut-both',
  'mend-both',
  'cut-far',
  'mend-far',
  'freeze-far',
  'thaw-far',
] as const;
type Act = (typeof acts)[number];

/** What one step of the story does; what does not fit is left out. */
function perform(rig: ClusterRig, act: Act, which: number): void {
  const [node1, node2] = [rig.node('node1'), rig.node('node2')];
  const pick = (legs: readonly ScriptedLeg[]): ScriptedLeg | undefined =>
    legs.filter(({ state }) => state !== 'gone').at(which % 3);
  const [caller, callee] = [pick(node1.callers), pick(node2.legs)];
  const leave = (leg: ScriptedLeg | undefined, by: 'caller' | 'callee'): void => {
    leg?.tell(hangup(by));
    leg?.tell(gone());
  };
  switch (act) {
    case 'call':
      node1.call('1000');
      break;
    case 'ring':
      callee?.tell(progress('t'));
      break;
    case 'answer':
      callee?.tell(answered('t'));
      break;
    case 'refuse':
      callee?.tell(failed(486));
      callee?.tell(gone());
      break;
    case 'caller-leaves':
      leave(caller, 'caller');
      break;
    case 'callee-leaves':
      leave(callee, 'callee');
      break;
    case 'caller-changes':
      caller?.tell(modify(`c${which}`));
      break;
    case 'callee-changes':
      callee?.tell(modify(`b${which}`));
      break;
    case 'cut-both':
      rig.cut();
      break;
    case 'mend-both':
      for (const node of rig.nodes) node.mend();
      break;
    case 'cut-far':
      node2.cut();
      break;
    case 'mend-far':
      node2.mend();
      break;
    case 'freeze-far':
      node2.isFrozen = true;
      break;
    default:
      node2.isFrozen = false;
  }
}

/** Each phone answers changes as a phone does. */
function answerChanges(leg: ScriptedLeg): void {
  leg.react((event) => {
    if (event.type === 'modify') leg.tell(modified(event.modifyId));
  });
}

test('whatever happens in whatever order, both ends of every call end, each recorded once, and nothing is left', async () => {
  const step = fc.record({
    act: fc.constantFrom(...acts),
    which: fc.nat(5),
    waitMs: fc.constantFrom(0, 1, 20, 200, 700, 2_500, 6_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const rig = await ClusterRig.create();
      rig.node('node1').routeTo('1000', ['cluster/node2/test/bob']);
      rig.node('node2').prepare.set('bob', answerChanges);
      for (const { act, which, waitMs } of steps) {
        perform(rig, act, which);
        await rig.pass(waitMs);
      }
      rig.node('node2').isFrozen = false;
      await rig.mend();
      // Cut-off ends have found each other, or have given up, by then.
      await rig.pass(45_000);
      for (const [one, other] of [rig.nodes, rig.nodes.toReversed()]) {
        // No half of a call is left over: as many legs here as there.
        expect(await one?.meter('tandem_cluster_legs')).toBe(
          await other?.meter('tandem_cluster_legs'),
        );
      }
      await rig[Symbol.asyncDispose]();
      for (const node of rig.nodes) expect(node.switch.calls).toEqual([]);
    }),
    { numRuns: 10, seed: 5 },
  );
});
