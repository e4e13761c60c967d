import { definePlugin, type Scope } from '@tandem/engine';
import { type Admission, type CallBlock, refuse } from '@tandem/messages';
import { answered, gone, hangup, SwitchRig } from '@tandem/testing';
import { describe, expect, it } from 'vitest';

const pluginOf = (setup: (scope: Scope) => void) => definePlugin({ name: 'guard', setup });

/** A promise that the test keeps. */
function deferred<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((keep) => (resolve = keep));
  return { promise, resolve };
}

describe('a call that is refused', () => {
  it('nobody routes it: 404, and a record of it', async () => {
    await using rig = await SwitchRig.create();
    const alice = rig.call();
    expect(alice.sentOf('failed')).toMatchObject([
      { status: 404, reason: 'noroute', q850: 3, reasonHeaders: ['Q.850;cause=3'] },
    ]);
    alice.tell(gone());
    expect(rig.finalOf(alice)).toMatchObject({ reason: 'noroute', sipCode: 404, talkMs: 0 });
  });

  it('a route to nowhere is no route', async () => {
    await using rig = await SwitchRig.create();
    rig.route = { groups: [[], []] };
    expect(rig.call().lastOf('failed')?.status).toBe(404);
  });

  it('an answer that is no route refuses it', async () => {
    await using rig = await SwitchRig.create();
    rig.route = { callto: 'test/bob' } as unknown as NonNullable<typeof rig.route>;
    expect(rig.call().lastOf('failed')?.status).toBe(500);
  });

  it('by routing, with the refusal’s own status and wait', async () => {
    await using rig = await SwitchRig.create();
    rig.route = refuse('congestion', 'secret', { status: 480, retryAfterSeconds: 7 });
    const failed = rig.call().lastOf('failed');
    expect(failed).toMatchObject({ status: 480, retryAfterSeconds: 7, reason: 'congestion' });
    expect(JSON.stringify(failed)).not.toContain('secret');
  });

  it('before routing, by call.preroute', async () => {
    const guard = pluginOf((scope) =>
      scope.handle('call.preroute', {}, () => refuse('unknownsource')),
    );
    await using rig = await SwitchRig.create({}, guard);
    rig.routeTo(['bob']);
    const alice = rig.call();
    expect(alice.lastOf('failed')?.status).toBe(403);
    expect(rig.legs).toEqual([]);
  });

  it('by admission: no branch is placed, and no carrier hears of it', async () => {
    const guard = pluginOf((scope) => scope.handle('call.admit', {}, () => refuse('nocredit')));
    await using rig = await SwitchRig.create({}, guard);
    rig.routeTo(['bob']);
    const alice = rig.call();
    expect(alice.lastOf('failed')).toMatchObject({ status: 402, q850: 21 });
    expect(rig.executed).toEqual([]);
  });

  it.each(['call.preroute', 'call.route', 'call.admit'] as const)(
    'by a fault of a handler of %s: 500, nothing is told of why',
    async (name) => {
      const guard = pluginOf((scope) =>
        scope.handle(name, { priority: 10 }, () => {
          throw new Error('database password is hunter2');
        }),
      );
      await using rig = await SwitchRig.create({}, guard);
      rig.routeTo(['bob']);
      const alice = rig.call();
      expect(alice.sentOf('failed')).toMatchObject([{ status: 500, q850: 41 }]);
      expect(JSON.stringify(alice.sent)).not.toContain('hunter2');
      expect(rig.executed).toEqual([]);
    },
  );

  it('by a handler that does not answer before its deadline', async () => {
    const guard = pluginOf((scope) =>
      scope.handle('call.admit', { deadlineMs: 1_000 }, () => new Promise<Admission>(() => {})),
    );
    await using rig = await SwitchRig.create({}, guard);
    rig.routeTo(['bob']);
    const alice = rig.call();
    await rig.clock.advance(1_100);
    expect(alice.lastOf('failed')?.status).toBe(500);
    expect(rig.executed).toEqual([]);
  });

  it('a fault while a branch is placed fails that branch alone', async () => {
    const guard = pluginOf((scope) =>
      scope.handle('call.execute', { priority: 60, where: { callto: 'test/a' } }, () => {
        throw new Error('breaker broke');
      }),
    );
    await using rig = await SwitchRig.create({}, guard);
    rig.routeTo(['a'], ['b']);
    rig.call();
    expect(rig.legs.map(({ id }) => id)).toEqual(['test/b#1']);
  });

  it('its hops are used up', async () => {
    await using rig = await SwitchRig.create();
    rig.routeTo(['bob']);
    const { arrivalOf } = await import('@tandem/testing');
    const alice = rig.call({ offer: { ...arrivalOf().offer, maxForwards: -1 } });
    expect(alice.lastOf('failed')?.status).toBe(483);
    expect(rig.executed).toEqual([]);
  });
});

describe('what handlers change on the way', () => {
  it('preroute may give the call another billid, and all records carry it', async () => {
    const guard = pluginOf((scope) =>
      scope.handle('call.preroute', {}, (message) => message.change({ billid: 'node9-x-7' })),
    );
    await using rig = await SwitchRig.create({}, guard);
    rig.routeTo(['bob']);
    const alice = rig.call();
    rig.leg('bob').tell(answered('t'));
    alice.tell(hangup('caller'));
    alice.tell(gone());
    rig.leg('bob').tell(gone());
    expect(new Set(rig.records.map(({ billid }) => billid))).toEqual(new Set(['node9-x-7']));
    expect(rig.executed[0]).toMatchObject({ billid: 'node9-x-7', branchId: 'node1-b1-1/1/1' });
  });

  it('later questions may not: the billid stands from preroute on', async () => {
    const guard = pluginOf((scope) =>
      scope.handle('call.route', { priority: 10 }, (message) =>
        message.change({ billid: 'forged', called: 'carol' }),
      ),
    );
    await using rig = await SwitchRig.create({}, guard);
    rig.routeTo(['bob']);
    const alice = rig.call();
    expect(rig.executed[0]).toMatchObject({ billid: 'node1-b1-1', called: 'carol' });
    alice.tell(hangup('caller'));
    alice.tell(gone());
    // The record keeps the first value, as Yate does.
    expect(rig.finalOf(alice)).toMatchObject({ called: 'bob', calledfull: 'bob' });
    rig.leg('bob').tell(gone());
    expect(rig.finalOf(rig.leg('bob'))).toMatchObject({ called: 'carol', calledfull: 'bob' });
  });

  it('extra params and facts are carried from question to question', async () => {
    const seen: unknown[] = [];
    const guard = pluginOf((scope) => {
      scope.handle('call.preroute', {}, (message) => {
        message.setExtra('sip_x-callto');
        message.facts.account = { tenant: 'acme' };
      });
      scope.handle('call.admit', {}, (message) => void seen.push(message.extra, message.facts));
      scope.handle('call.execute', { priority: 10 }, (message) => void seen.push(message.extra));
    });
    await using rig = await SwitchRig.create({}, guard);
    rig.routeTo(['bob']);
    rig.call({
      extra: [
        ['sip_x-callto', 'evil'],
        ['sip_subject', 'hi'],
      ],
    });
    expect(seen).toEqual([
      [['sip_subject', 'hi']],
      { account: { tenant: 'acme' } },
      [['sip_subject', 'hi']],
    ]);
  });

  it('a branch may have its own numbers', async () => {
    await using rig = await SwitchRig.create();
    const params = { called: '001555', caller: '+49', trunk: 'carrier-1' };
    rig.route = { groups: [[{ callto: 'test/a', params }]] };
    const alice = rig.call();
    expect(rig.executed[0]).toMatchObject(params);
    alice.tell(hangup('caller'));
    rig.leg('a').tell(gone());
    expect(rig.finalOf(rig.leg('a'))).toMatchObject({ external: '001555', trunk: 'carrier-1' });
  });
});

describe('a caller who leaves while a question runs', () => {
  it('routing: it is called off, and what it answers is dropped', async () => {
    const { promise, resolve } = deferred<{ groups: { callto: string }[][] }>();
    let isAborted = false;
    const guard = pluginOf((scope) =>
      scope.handle('call.route', { priority: 10 }, (message) => {
        message.signal.addEventListener('abort', () => (isAborted = true));
        return promise;
      }),
    );
    await using rig = await SwitchRig.create({}, guard);
    const alice = rig.call();
    alice.tell(hangup('caller'));
    expect(isAborted).toBe(true);
    resolve({ groups: [[{ callto: 'test/bob' }]] });
    await rig.clock.advance(10);
    alice.tell(gone());
    await rig.clock.advance(10);
    expect(rig.executed).toEqual([]);
    expect(rig.finalOf(alice)).toMatchObject({ sipCode: 487 });
  });

  it('admission: the final record comes after its answer, so that its hold is released', async () => {
    const { promise, resolve } = deferred<Admission>();
    const told: string[] = [];
    const guard = pluginOf((scope) => {
      scope.handle('call.admit', {}, async () => {
        const answer = await promise;
        told.push('held');
        return answer;
      });
      scope.handle('call.cdr', {}, ({ params }) => void told.push(params.operation));
    });
    await using rig = await SwitchRig.create({}, guard);
    rig.routeTo(['bob']);
    const alice = rig.call();
    alice.tell(hangup('caller'));
    alice.tell(gone());
    await rig.clock.advance(10);
    expect(told).toEqual(['initialize']);
    resolve({ admitted: true });
    await rig.clock.advance(10);
    expect(told).toEqual(['initialize', 'held', 'finalize']);
    expect(rig.executed).toEqual([]);
  });

  it('placing a branch: the leg that comes all the same is hung up', async () => {
    const { promise, resolve } = deferred<void>();
    const guard = pluginOf((scope) =>
      scope.handle('call.execute', { priority: 60 }, async () => {
        await promise;
        return undefined;
      }),
    );
    await using rig = await SwitchRig.create({}, guard);
    rig.routeTo(['bob'], ['voicemail']);
    const alice = rig.call();
    alice.tell(hangup('caller'));
    alice.tell(gone());
    resolve();
    await rig.clock.advance(10);
    // Called off before the driver was asked.
    expect(rig.legs).toEqual([]);
    expect(rig.switch.active).toBe(0);
  });

  it('a driver that answers late gives a leg that is hung up and recorded', async () => {
    const { promise, resolve } = deferred<void>();
    const { ScriptedLeg } = await import('@tandem/testing');
    const late = new ScriptedLeg('slow/1', { driver: 'slow' });
    const guard = pluginOf((scope) =>
      scope.handle('call.execute', { priority: 60 }, async () => {
        await promise;
        return late;
      }),
    );
    await using rig = await SwitchRig.create({}, guard);
    rig.legs.push(late);
    rig.routeTo(['bob']);
    const alice = rig.call();
    alice.tell(hangup('caller', { reasonHeaders: ['SIP;cause=487'] }));
    alice.tell(gone());
    resolve();
    await rig.clock.advance(10);
    expect(late.sentOf('hangup')).toMatchObject([
      { by: 'caller', reasonHeaders: ['SIP;cause=487'] },
    ]);
    late.tell(gone());
    expect(rig.finalOf(late)).toMatchObject({ sipCode: 487 });
  });
});

describe('an admitted call', () => {
  const admitting = (talkMsMax: number) =>
    pluginOf((scope) => scope.handle('call.admit', {}, () => ({ admitted: true, talkMsMax })));

  it('ends at its paid second, billed to the millisecond', async () => {
    await using rig = await SwitchRig.create({}, admitting(30_000));
    rig.routeTo(['bob']);
    const alice = rig.call();
    await rig.clock.advance(5_000);
    rig.leg('bob').tell(answered('t'));
    await rig.clock.advance(30_100);
    expect(alice.lastOf('hangup')).toMatchObject({
      reason: 'nocredit',
      by: 'engine',
      reasonHeaders: ['Q.850;cause=21', 'SIP;cause=402'],
    });
    alice.tell(gone());
    rig.leg('bob').tell(gone());
    expect(rig.finalOf(alice)).toMatchObject({ talkMs: 30_000, reason: 'nocredit' });
  });

  it('goes on as long as it is extended', async () => {
    await using rig = await SwitchRig.create({}, admitting(30_000));
    await rig.engine.install(rig.switch.plugin);
    rig.routeTo(['bob']);
    const alice = rig.call();
    rig.leg('bob').tell(answered('t'));
    await rig.clock.advance(15_000);
    const extend = (id: string) => rig.engine.bus.ask('call.extend', { id, talkMsMax: 60_000 });
    expect(extend(alice.id)).toEqual({ extended: true });
    expect(extend('sip/none')).toBeUndefined();
    await rig.clock.advance(44_900);
    expect(alice.sentOf('hangup')).toEqual([]);
    await rig.clock.advance(200);
    expect(alice.sentOf('hangup')).toHaveLength(1);
    await rig.engine.remove('switch');
  });

  it('is asked once, whatever is tried afterwards', async () => {
    const asked: CallBlock[] = [];
    const guard = pluginOf((scope) =>
      scope.handle('call.admit', {}, ({ params }) => void asked.push(params)),
    );
    await using rig = await SwitchRig.create({}, guard);
    rig.routeTo(['a', 'b'], ['c']);
    rig.call();
    expect(asked).toMatchObject([{ callto: 'test/a', ip_host: '192.0.2.7' }]);
  });
});
