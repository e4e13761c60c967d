import { definePlugin } from '@tandem/engine';
import type { LegEvent } from '@tandem/messages';
import {
  answered,
  failed,
  gone,
  hangup,
  modified,
  modify,
  progress,
  type ScriptedLeg,
  sdp,
  SwitchRig,
} from '@tandem/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** One step of a story: somebody says something, or time passes. */
type Step =
  | { readonly who: 'caller'; readonly event: LegEvent }
  | { readonly who: number; readonly event: LegEvent }
  | { readonly who: 'clock'; readonly ms: number };

const anyBody = fc.option(fc.constant(sdp('x')), { nil: undefined });
const anyDialog = fc.constantFrom('t', 'u');
const inCall: fc.Arbitrary<LegEvent>[] = [
  fc.constantFrom('m1', 'm2').map((id) => modify(id)),
  fc.constantFrom('m1', 'm2', 'rejoin-1-1', 'rejoin-3-1').map((id) => modified(id)),
  fc.constantFrom(491, 488, 408).map((status) => modified('m1', { status })),
  fc.constant<LegEvent>({ type: 'modifyCancel', modifyId: 'm1' }),
  fc.constant<LegEvent>({ type: 'info', infoId: 'i', dtmf: '5' }),
  fc.constant<LegEvent>({ type: 'infoDone', infoId: 'i', status: 200 }),
  fc.constant<LegEvent>({ type: 'refer', referId: 'r', target: 'sip:x@y' }),
  fc.constant<LegEvent>({ type: 'ack', body: sdp('x') }),
];
const ends: fc.Arbitrary<LegEvent>[] = [
  fc.integer({ min: 0, max: 5_000 }).map((agoMs) => hangup('callee', { agoMs })),
  fc.boolean().map((isLateAnswer) => gone({ isLateAnswer })),
];
const ofCaller = fc.oneof(
  ...inCall,
  ...ends,
  anyDialog.map<LegEvent>((dialog) => ({ type: 'prack', dialog: `1:${dialog}` })),
);
const ofBranch = fc.oneof(
  ...inCall,
  ...ends,
  fc.constant<LegEvent>({ type: 'trying' }),
  fc.tuple(anyDialog, anyBody).map(([dialog, body]) => progress(dialog, { body })),
  anyDialog.map((dialog) => progress(dialog, { status: 199, isClosed: true })),
  fc
    .tuple(anyDialog, anyBody, fc.boolean())
    .map(([dialog, body, isLate]) => answered(dialog, { body, isLate, answeredAgoMs: 20 })),
  fc.constantFrom(302, 401, 404, 408, 480, 486, 500, 503, 603).map((status) => failed(status)),
);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: ofCaller.map<Step>((event) => ({ who: 'caller', event })) },
  {
    weight: 5,
    arbitrary: fc.tuple(fc.nat({ max: 3 }), ofBranch).map<Step>(([who, event]) => ({ who, event })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(20, 4_100, 33_000, 61_000).map<Step>((ms) => ({ who: 'clock', ms })),
  },
);
const anyGroups = fc.array(fc.array(fc.constant('x'), { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 3,
});

/** Handlers that answer at once, or a little later, or reroute. */
const meddling = (isSlow: boolean, doesReroute: boolean) =>
  definePlugin({
    name: 'meddling',
    setup: (scope) => {
      const later = async (): Promise<undefined> => {
        await new Promise<void>((resolve) => scope.wheel.after(30, resolve));
        return undefined;
      };
      for (const name of ['call.admit', 'call.execute', 'call.media', 'chan.dtmf'] as const) {
        if (isSlow) scope.handle(name, { priority: 20 }, later);
      }
      if (!doesReroute) return;
      scope.handle('chan.disconnected', {}, () => ({ groups: [[{ callto: 'test/again' }]] }));
    },
  });

function winners(rig: SwitchRig): readonly ScriptedLeg[] {
  return rig.legs.filter((leg) => leg.sentOf('accepted').length > 0);
}

/** Legs that neither ended by themselves nor were told to, though the call is over. */
function forgotten(rig: SwitchRig): readonly ScriptedLeg[] {
  const isEnd = ({ type }: LegEvent): boolean =>
    type === 'hangup' || type === 'failed' || type === 'gone';
  return rig.legs.filter((leg) => !leg.told.some(isEnd) && leg.sentOf('hangup').length === 0);
}

describe('any interleaving of what legs may say', () => {
  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])(
    'ends with one final, one record for each leg, and nothing left (slow %s, reroute %s)',
    async (isSlow, doesReroute) => {
      const story = fc.asyncProperty(
        anyGroups,
        fc.array(anyStep, { minLength: 1, maxLength: 30 }),
        async (groups, steps) => {
          const rig = await SwitchRig.create({}, meddling(isSlow, doesReroute));
          rig.routeTo(...groups);
          const caller = rig.call();
          for (const step of steps) {
            if (step.who === 'clock') await rig.clock.advance(step.ms);
            else if (step.who === 'caller') caller.tell(step.event);
            else rig.legs[step.who]?.tell(step.event);
          }
          caller.tell(hangup('caller'));
          await rig.clock.advance(50);
          expect(forgotten(rig).map(({ id }) => id)).toEqual([]);
          await rig[Symbol.asyncDispose]();
          if (!doesReroute) expect(winners(rig).length).toBeLessThanOrEqual(1);
          expect(rig.switch.meters.recordsLost).toBe(0);
          for (const { talkMs, durationMs } of rig.records) {
            expect(talkMs).toBeLessThanOrEqual(durationMs + 20);
          }
        },
      );
      await fc.assert(story, { numRuns: 150, seed: 20_260_101 });
    },
  );
});
