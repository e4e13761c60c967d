import { describe, expect, it } from 'vitest';
import { definePlugin, readSection } from '@tandem/engine';
import {
  answered,
  arrivalOf,
  gone,
  hangup,
  progress,
  ScriptedLeg,
  SwitchRig,
} from '@tandem/testing';
import { switchConfig } from './settings.ts';

describe('the switch at the door', () => {
  it('refuses calls beyond its bound, and takes them again when one has ended', async () => {
    await using rig = await SwitchRig.create({ callsMax: 1 });
    rig.routeTo(['bob']);
    const first = rig.call();
    expect(rig.switch.isAccepting).toBe(false);
    const second = new ScriptedLeg('sip/second', { direction: 'incoming' });
    rig.switch.receive(second, arrivalOf());
    expect(second.sent).toMatchObject([{ type: 'failed', status: 503, retryAfterSeconds: 5 }]);
    expect(rig.switch.meters.turnedAway).toBe(1);
    first.tell(hangup('caller'));
    first.tell(gone());
    expect(rig.switch.isAccepting).toBe(true);
  });

  it('that drains asks drivers to refuse, and takes what they hand in all the same', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    const alice = rig.call();
    rig.leg('bob').tell(answered('t'));
    rig.switch.stopAccepting();
    expect(rig.switch.isAccepting).toBe(false);
    expect(rig.call({ isPeer: true }, { driver: 'nats' }).sentOf('failed')).toEqual([]);
    expect(alice.sentOf('hangup')).toEqual([]);
    rig.switch.resumeAccepting();
    expect(rig.switch.isAccepting).toBe(true);
  });

  it('that ends takes none, whoever hands it in', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    await rig.switch.endAll('draining', 31);
    const late = new ScriptedLeg('nats/late', { direction: 'incoming', driver: 'nats' });
    rig.switch.receive(late, arrivalOf({ isPeer: true }));
    expect(late.lastOf('failed')).toMatchObject({ status: 503, reason: 'draining' });
    rig.switch.resumeAccepting();
    expect(rig.call().sentOf('failed')).toEqual([]);
  });

  it('gives ids that name node and boot', async () => {
    await using rig = await SwitchRig.create();
    expect(rig.switch.nextLegId('sip')).toBe('sip/node1-b1-1');
    expect(rig.switch.nextLegId('nats')).toBe('nats/node1-b1-2');
  });
});

describe('the end of a node', () => {
  it('ends every call: BYE with Q.850 31, a failure for those that ring', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    const talking = rig.call();
    const bob = rig.leg('bob');
    bob.tell(answered('t'));
    const ringing = rig.call();
    rig.leg('bob').tell(progress('t'));
    rig.switch.stopAccepting();
    const ended = rig.switch.endAll('draining', 31);
    expect(talking.lastOf('hangup')).toMatchObject({ q850: 31, reasonHeaders: ['Q.850;cause=31'] });
    expect(bob.lastOf('hangup')).toMatchObject({ q850: 31 });
    expect(ringing.lastOf('failed')).toMatchObject({ status: 503, reason: 'draining' });
    for (const leg of [talking, ringing, bob]) leg.tell(gone());
    await ended;
    expect(rig.switch.active).toBe(0);
    expect(rig.finalOf(talking)).toMatchObject({
      hangupBy: 'engine',
      reason: 'draining',
      q850: 31,
    });
  });

  it('does not wait longer than it is told for legs without a last word', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    rig.call();
    let isEnded = false;
    void rig.switch.endAll('draining', 31, 3_000).then(() => (isEnded = true));
    await rig.clock.advance(2_900);
    expect(isEnded).toBe(false);
    await rig.clock.advance(200);
    expect(isEnded).toBe(true);
  });

  it('waits until the journal has taken every record', async () => {
    const waiting: (() => void)[] = [];
    const ledger = definePlugin({
      name: 'ledger',
      setup: (scope) => {
        scope.handle(
          'call.cdr',
          { where: { operation: 'finalize' } },
          () => new Promise<void>((resolve) => void waiting.push(resolve)),
        );
      },
    });
    await using rig = await SwitchRig.create({}, ledger);
    rig.routeTo(['bob']);
    rig.call({}, { isQuick: true });
    let isEnded = false;
    void rig.switch.endAll('draining', 31).then(() => (isEnded = true));
    await rig.clock.advance(100);
    expect([rig.switch.active, isEnded]).toEqual([0, false]);
    waiting.shift()!();
    await rig.clock.advance(100);
    expect(isEnded).toBe(true);
    rig.leg('bob').tell(gone());
    await rig.clock.advance(100);
    waiting.shift()!();
  });

  it('ends thousands in portions', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    for (let index = 0; index < 1_200; index++) rig.call({}, { isQuick: true });
    const ended = rig.switch.endAll('draining', 31);
    expect(rig.switch.active).toBe(700);
    await rig.clock.advance(100);
    await ended;
    expect(rig.switch.active).toBe(0);
  });
});

describe('the switch on the bus', () => {
  async function served() {
    const rig = await SwitchRig.create();
    await rig.engine.install(rig.switch.plugin);
    rig.routeTo(['bob']);
    return rig;
  }

  it('lists calls as they are', async () => {
    await using rig = await served();
    const alice = rig.call();
    const { bus } = rig.engine;
    const list = async (tenant = '', id = '') =>
      (await bus.gather('call.list', { tenant, id })).answers[0]?.answer;
    expect(await list()).toMatchObject([{ state: 'trying', answeredAt: null }]);
    rig.leg('bob').tell(progress('t'));
    expect(await list()).toMatchObject([{ state: 'ringing' }]);
    rig.leg('bob').tell(answered('t'));
    await rig.clock.advance(1_000);
    expect(await list()).toEqual([
      {
        id: 'node1-b1-1',
        node: 'node1',
        state: 'up',
        caller: 'alice',
        called: 'bob',
        tenant: null,
        inboundTrunk: null,
        outboundTrunk: null,
        startedAt: Date.UTC(2026, 0, 1),
        answeredAt: Date.UTC(2026, 0, 1),
        durationMs: 1_000,
        held: null,
        price: null,
        currency: null,
        legs: [
          {
            id: 'sip/a1',
            node: 'node1',
            direction: 'incoming',
            driver: 'sip',
            address: '192.0.2.7:5060',
            state: 'received',
          },
          {
            id: 'test/bob#1',
            node: 'node1',
            direction: 'outgoing',
            driver: 'test',
            address: '198.51.100.9:5060',
            state: 'calling',
          },
        ],
        isForwarded: false,
      },
    ]);
    expect(await list('acme')).toEqual([]);
    expect(await list('', 'node1-b1-2')).toEqual([]);
    const trail = expect.arrayContaining([
      expect.objectContaining({ message: 'call.route', node: 'node1', outcome: 'answered' }),
    ]) as [];
    expect(await list('', 'node1-b1-1')).toMatchObject([{ id: 'node1-b1-1', trail }]);
    alice.tell(hangup('caller'));
    expect(await list()).toMatchObject([{ state: 'ending' }]);
    await rig.engine.remove('switch');
  });

  it('a call that a sister handed over is marked so, and keeps its billid', async () => {
    await using rig = await served();
    rig.call({}, { driver: 'nats' });
    expect(rig.switch.list()).toMatchObject([{ isForwarded: true }]);
    await rig.engine.remove('switch');
  });

  it('drops a call that is up, with BYE both ways', async () => {
    await using rig = await served();
    const alice = rig.call();
    rig.leg('bob').tell(answered('t'));
    const drop = (id: string, reason: string) =>
      rig.engine.bus.ask('call.drop', { id, reason, by: 'operator' });
    expect(drop('node1-b1-99', 'operator')).toBeUndefined();
    expect(drop('node1-b1-1', 'operator')).toEqual({ dropped: true });
    expect(alice.lastOf('hangup')).toMatchObject({ by: 'operator', q850: 31, reason: 'operator' });
    alice.tell(gone());
    rig.leg('bob').tell(gone());
    expect(rig.finalOf(alice)).toMatchObject({ hangupBy: 'operator', reason: 'operator' });
    expect(drop('node1-b1-1', 'operator')).toBeUndefined();
    await rig.engine.remove('switch');
  });

  it('drops a call whose credit has ended with the cause of that', async () => {
    await using rig = await served();
    const alice = rig.call();
    rig.leg('bob').tell(answered('t'));
    void rig.engine.bus.ask('call.drop', { id: 'node1-b1-1', reason: 'nocredit', by: 'engine' });
    expect(alice.lastOf('hangup')?.reasonHeaders).toEqual(['Q.850;cause=21', 'SIP;cause=402']);
    await rig.engine.remove('switch');
  });

  it('drops a call that rings, with a final answer', async () => {
    await using rig = await served();
    const alice = rig.call();
    void rig.engine.bus.ask('call.drop', { id: 'node1-b1-1', reason: 'operator', by: 'operator' });
    expect(alice.sentOf('failed')).toMatchObject([{ status: 480, q850: 31, reason: 'operator' }]);
    expect(rig.leg('bob').lastOf('hangup')).toBeDefined();
    await rig.engine.remove('switch');
  });

  it('a handler that drops the call it is asked about ends it once', async () => {
    const guard = definePlugin({
      name: 'guard',
      setup: (scope) => {
        scope.handle('call.route', { priority: 10 }, ({ params }) => {
          void scope.bus.ask('call.drop', { id: params.billid, reason: 'forbidden', by: 'engine' });
          return undefined;
        });
      },
    });
    await using rig = await SwitchRig.create({}, guard);
    await rig.engine.install(rig.switch.plugin);
    rig.routeTo(['bob']);
    const alice = rig.call();
    expect(alice.sent).toMatchObject([{ type: 'failed', status: 403 }]);
    expect(rig.executed).toEqual([]);
    await rig.engine.remove('switch');
  });

  it('tells calls and meters', async () => {
    await using rig = await served();
    await rig.clock.advance(500);
    rig.call();
    await rig.clock.advance(600);
    const { bus } = rig.engine;
    const status = await bus.gather('node.status', {});
    expect(status.answers[0]?.answer).toEqual({
      calls: 1,
      callsPerSecond: 1,
      seizures: 0,
      answers: 0,
    });
    const metrics = await bus.gather('metrics.collect', {});
    const valueOf = (name: string) =>
      metrics.answers[0]?.answer.find((reading) => reading.name === name)?.value;
    expect(valueOf('tandem_calls')).toBe(1);
    expect(valueOf('tandem_legs')).toBe(2);
    expect(valueOf('tandem_calls_taken_total')).toBe(1);
    await rig.engine.remove('switch');
  });

  it('reads its section, and says what is wrong with it', () => {
    const read = readSection('switch', switchConfig, {
      maxCallSeconds: '7200',
      stopCodes: '486,600',
    });
    expect(read).toMatchObject({
      ok: true,
      value: { maxCallSeconds: 7_200, stopCodes: [486, 600] },
    });
    const wrong = readSection('switch', switchConfig, { ringTimeoutMS: '1', callsMax: 'many' });
    expect(wrong).toMatchObject({
      ok: false,
      issues: [{ hint: 'did you mean "ringTimeoutMs"?' }, { key: 'callsMax' }],
    });
  });
});

describe('the audit of dead calls', () => {
  it('finds a call whose legs are gone without a word, and ends it', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    const alice = rig.call();
    const bob = rig.leg('bob');
    bob.tell(answered('t'));
    alice.state = 'gone';
    bob.state = 'gone';
    await rig.clock.advance(31_000);
    expect(rig.switch.active).toBe(0);
    expect(rig.switch.meters.audited).toBe(1);
    expect(rig.finalOf(alice)).toMatchObject({ reason: 'gone' });
  });

  it('lets living calls alone, and sleeps when there are none', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    const alice = rig.call();
    rig.leg('bob').tell(answered('t'));
    await rig.clock.advance(200_000);
    expect(rig.switch.meters.audited).toBe(0);
    expect(rig.switch.active).toBe(1);
    alice.tell(hangup('caller'));
    alice.tell(gone());
    rig.leg('bob').tell(gone());
    expect(rig.engine.wheel.size).toBe(0);
  });
});
