import { definePlugin, type Scope } from '@tandem/engine';
import { type ExecuteParams, type Leg, type Refusal, refuse } from '@tandem/messages';
import { describe, expect, test } from 'vitest';
import { smallSetup, WholesaleRig } from '../wholesale-rig.test-support.ts';

const [inbound, carrier1, carrier2] = smallSetup.trunks;

/** A carrier's side of the bus: what is executed, and what its legs tell. */
class Carriers {
  readonly executed: ExecuteParams[] = [];
  refusal: Refusal | undefined;
  #legs = 0;

  readonly plugin = definePlugin({
    name: 'carriers',
    setup: (scope: Scope) => {
      scope.handle('call.execute', {}, ({ params }) => {
        this.executed.push(params);
        return this.refusal ?? ({ id: `test/${++this.#legs}` } as unknown as Leg);
      });
    },
  });
}

async function rigWith(part: object) {
  const rig = await WholesaleRig.open();
  await rig.apply({ ...smallSetup, trunks: [inbound, { ...carrier1, ...part }, carrier2] });
  const carriers = new Carriers();
  await rig.engine.install(carriers.plugin);
  let calls = 0;
  /** Places a call with carrier-1. */
  const execute = async (call = `sip/${++calls}`, attempt = 1, trunk = 'carrier-1') => {
    const params = { id: call, trunk, callto: 'sip/x', attempt } as unknown as ExecuteParams;
    return await rig.engine.bus.ask('call.execute', params);
  };
  const hangup = async (leg: string, sipCode: number, part2: object = {}) => {
    const block = {
      id: leg,
      module: 'sip',
      direction: 'outgoing',
      billid: '',
      address: '',
      peerid: '',
    };
    const params = { ...block, status: 'outgoing', reason: 'failure', q850: 0, sipCode, ...part2 };
    await rig.engine.bus.tell('chan.hangup', params as never);
  };
  return { rig, carriers, execute, hangup };
}

describe('a carrier that fails', () => {
  test('is left alone after its threshold, also in routing, and comes back by one probe', async () => {
    const { rig, execute, hangup } = await rigWith({ breaker: { failures: 2, openSeconds: 30 } });
    await using _ = rig;
    for (const call of [1, 2]) {
      await execute();
      await hangup(`test/${call}`, 503);
    }
    expect(await execute()).toMatchObject({ refused: 'unavailable' });
    const { calltos, facts } = await rig.route();
    expect(calltos).toEqual(['sip/sip:4930123456@10.0.0.10']);
    expect(facts?.candidates?.find(({ trunk }) => trunk === 'carrier-1')).toMatchObject({
      isTaken: false,
      reason: 'its breaker is open',
    });
    await rig.clock.advance(30_000);
    expect((await rig.route()).calltos).toHaveLength(2);
    expect(await execute()).toMatchObject({ id: 'test/3' });
    expect(await execute()).toMatchObject({ refused: 'unavailable' });
    await hangup('test/3', 404);
    expect(await execute()).toMatchObject({ id: 'test/4' });
    expect(await execute()).toMatchObject({ id: 'test/5' });
  });

  test('busy, a wrong number and a caller who gives up are no failures', async () => {
    const { rig, execute, hangup } = await rigWith({ breaker: { failures: 1 } });
    await using _ = rig;
    await execute();
    await hangup('test/1', 486, { reason: 'busy' });
    await execute();
    await hangup('test/2', 404);
    await execute();
    await hangup('test/3', 487, { reason: 'cancelled' });
    expect(await execute()).toMatchObject({ id: 'test/4' });
  });

  test('that keeps silent is noticed at once, not when its INVITE has died', async () => {
    const { rig, execute } = await rigWith({ breaker: { failures: 1 } });
    await using _ = rig;
    await execute('sip/a', 1);
    await execute('sip/a', 2, 'carrier-2');
    await rig.clock.advance(2_000);
    expect(await execute()).toMatchObject({ refused: 'unavailable' });
  });

  test('that rang and was not answered has not failed', async () => {
    const { rig, execute, hangup } = await rigWith({ breaker: { failures: 1 } });
    await using _ = rig;
    await execute('sip/a', 1);
    const block = { id: 'test/1', module: 'sip', direction: 'outgoing', billid: '', address: '' };
    await rig.engine.bus.tell('call.ringing', { ...block, hasEarlyMedia: false } as never);
    await hangup('sip/a', 480, { direction: 'incoming', reason: 'noanswer' });
    await rig.clock.advance(2_000);
    expect(await execute()).toMatchObject({ id: 'test/2' });
  });

  test('that no driver can reach counts as failed, and frees its place', async () => {
    const { rig, carriers, execute } = await rigWith({ breaker: { failures: 2 }, maxCalls: 1 });
    await using _ = rig;
    carriers.refusal = refuse('unreachable');
    expect(await execute()).toMatchObject({ refused: 'unreachable' });
    expect(await execute()).toMatchObject({ refused: 'unreachable' });
    expect(await execute()).toMatchObject({ refused: 'unavailable' });
    expect(carriers.executed).toHaveLength(2);
  });

  test('all of them: 503 for the caller, without asking anybody', async () => {
    const { rig, execute, hangup } = await rigWith({ breaker: { failures: 1 } });
    await using _ = rig;
    await execute();
    await hangup('test/1', 503);
    await rig.apply({ profiles: [{ name: 'std', routes: [{ trunk: 'carrier-1' }] }] });
    expect((await rig.route()).answer).toMatchObject({ refused: 'unavailable' });
  });
});

describe('limits of a carrier on a node', () => {
  test('calls at a time; a reload frees none, an end does', async () => {
    const { rig, execute, hangup } = await rigWith({ maxCalls: 2 });
    await using _ = rig;
    await execute();
    await execute();
    expect(await execute()).toMatchObject({ refused: 'limit' });
    await rig.fresh();
    await rig.apply({ trunks: [inbound, { ...carrier1, maxCalls: 2, techPrefix: '1' }, carrier2] });
    expect(await execute()).toMatchObject({ refused: 'limit' });
    expect((await rig.route()).calltos).toHaveLength(1);
    await hangup('test/1', 200, { status: 'answered' });
    expect(await execute()).toMatchObject({ id: 'test/3' });
  });

  test('calls a second', async () => {
    const { rig, execute } = await rigWith({ maxCallsPerSecond: 2 });
    await using _ = rig;
    expect(await execute()).toMatchObject({ id: 'test/1' });
    expect(await execute()).toMatchObject({ refused: 'limit' });
    await rig.clock.advance(500);
    expect(await execute()).toMatchObject({ id: 'test/2' });
  });

  test('a branch without a trunk is none of ours', async () => {
    const { rig, carriers, execute } = await rigWith({});
    await using _ = rig;
    await execute('sip/a', 1, 'somebody-else');
    expect(carriers.executed).toHaveLength(1);
  });
});

describe('quality', () => {
  test('who answers more calls is tried first', async () => {
    const { rig } = await rigWith({});
    await using _ = rig;
    await rig.apply({
      profiles: [
        {
          name: 'std',
          order: 'quality',
          routes: [
            { trunk: 'carrier-1', priority: 1 },
            { trunk: 'carrier-2', priority: 2 },
          ],
        },
      ],
    });
    const first = async () => (await rig.route()).calltos[0];
    expect(await first()).toContain('10.0.0.9');
    const record = { operation: 'finalize', direction: 'outgoing', isLateAnswer: false };
    for (let call = 0; call < 20; call++) {
      await rig.engine.bus.tell('call.cdr', { ...record, trunk: 'carrier-1', talkMs: 0 } as never);
      await rig.engine.bus.tell('call.cdr', {
        ...record,
        trunk: 'carrier-2',
        talkMs: 60_000,
      } as never);
    }
    expect(await first()).toContain('10.0.0.10');
  });
});
