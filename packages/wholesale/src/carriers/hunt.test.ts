import { definePlugin, type Plugin } from '@tandem/engine';
import type { ExecuteParams } from '@tandem/messages';
import { failed, gone, hangup, progress, ScriptedLeg, SwitchRig } from '@tandem/testing';
import { expect, test } from 'vitest';
import { loadCatalogue } from '../decks/load-catalogue.ts';
import { createWholesalePlugin } from '../wholesale-plugin.ts';
import { type SetupFile, smallSetup, WholesaleRig } from '../wholesale-rig.test-support.ts';

/** Carriers that are played by the test, as the SIP driver would reach them. */
class PlayedCarriers {
  readonly executed: ExecuteParams[] = [];
  readonly legs: ScriptedLeg[] = [];

  readonly plugin: Plugin = definePlugin({
    name: 'played',
    setup: (scope) => {
      scope.handle('call.execute', { where: { callto: /^sip\// } }, ({ params }) => {
        this.executed.push(params);
        const leg = new ScriptedLeg(`sip/c${this.legs.length + 1}`, { driver: 'sip' });
        this.legs.push(leg);
        return leg;
      });
    },
  });
}

async function rigWith(file: SetupFile) {
  const source = await WholesaleRig.open();
  await source.apply(file);
  const { store } = source.database;
  const plugin = createWholesalePlugin(store, {
    seed: 1,
    load: async (known) => (await loadCatalogue(store, known)).load,
  });
  const carriers = new PlayedCarriers();
  const rig = await SwitchRig.create({}, plugin, carriers.plugin);
  return {
    rig,
    carriers,
    [Symbol.asyncDispose]: async () => {
      for (const caller of rig.callers) caller.tell(hangup('caller'));
      await rig.clock.advance(250_000);
      // The plugin's own timers run on, as they should.
      expect(rig.faults().filter((fault) => !fault.includes('timers'))).toEqual([]);
      await rig.engine.stop();
      await source[Symbol.asyncDispose]();
    },
  };
}

/** A carrier's final answer, and its leg's last word. */
function fail(leg: ScriptedLeg, status: number): void {
  leg.tell(failed(status));
  leg.tell(gone());
}

const call = { called: '+4930123456', username: '', address: '10.1.0.7:5060' };

const quick: SetupFile = {
  ...smallSetup,
  trunks: smallSetup.trunks.map((trunk) =>
    trunk.direction === 'inbound' ? trunk : { ...trunk, breaker: { failures: 2, openSeconds: 30 } },
  ),
  profiles: [
    {
      name: 'std',
      routes: [
        { trunk: 'carrier-1', priority: 1, rewriteCalled: 's/^49/0049/' },
        { trunk: 'carrier-2', priority: 2, prepend: '7' },
      ],
    },
  ],
};

test('503 of the first carrier: the second one gets the call from its original number', async () => {
  await using bench = await rigWith(quick);
  const { rig, carriers } = bench;
  const caller = rig.call(call);
  await rig.clock.advance(0);
  expect(carriers.executed[0]).toMatchObject({
    called: '004930123456',
    trunk: 'carrier-1',
    attempt: 1,
  });
  fail(carriers.legs[0]!, 503);
  await rig.clock.advance(0);
  expect(carriers.executed[1]).toMatchObject({
    called: '74930123456',
    trunk: 'carrier-2',
    attempt: 2,
  });
  fail(carriers.legs[1]!, 486);
  await rig.clock.advance(0);
  expect(caller.sent.at(-1)).toMatchObject({ type: 'failed', status: 486 });
  caller.tell(gone());
  await rig.clock.advance(0);
  expect(rig.records.filter(({ operation }) => operation === 'finalize')).toMatchObject([
    { trunk: 'carrier-1', sipCode: 503 },
    { trunk: 'carrier-2', sipCode: 486 },
    { direction: 'incoming' },
  ]);
});

test('the breaker opens after its threshold, and one probe that works closes it', async () => {
  await using bench = await rigWith(quick);
  const { rig, carriers } = bench;
  const tried = async (): Promise<string | undefined> => {
    const before = carriers.executed.length;
    rig.call(call);
    await rig.clock.advance(0);
    return carriers.executed[before]?.trunk;
  };
  for (let count = 0; count < 2; count++) {
    expect(await tried()).toBe('carrier-1');
    fail(carriers.legs.at(-1)!, 503);
    await rig.clock.advance(0);
    fail(carriers.legs.at(-1)!, 486);
  }
  expect(await tried()).toBe('carrier-2');
  fail(carriers.legs.at(-1)!, 486);
  await rig.clock.advance(30_000);
  expect(await tried()).toBe('carrier-1');
  const probe = carriers.legs.at(-1)!;
  expect(await tried()).toBe('carrier-2');
  probe.tell(progress('d1'));
  fail(probe, 486);
  await rig.clock.advance(0);
  expect(await tried()).toBe('carrier-1');
});

test('a carrier that says nothing opens its breaker long before its INVITE dies', async () => {
  await using bench = await rigWith(quick);
  const { rig, carriers } = bench;
  for (let count = 0; count < 2; count++) {
    rig.call(call);
    await rig.clock.advance(6_000);
  }
  const before = carriers.executed.length;
  rig.call(call);
  await rig.clock.advance(0);
  expect(carriers.executed[before]?.trunk).toBe('carrier-2');
});

test('a caller who gives up says nothing about the carrier', async () => {
  await using bench = await rigWith(quick);
  const { rig, carriers } = bench;
  for (let count = 0; count < 3; count++) {
    const caller = rig.call(call);
    await rig.clock.advance(0);
    expect(carriers.executed.at(-1)?.trunk).toBe('carrier-1');
    caller.tell(hangup('caller'));
    await rig.clock.advance(0);
    carriers.legs.at(-1)!.tell(gone());
    await rig.clock.advance(2_000);
  }
});
