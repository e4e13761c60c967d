import { definePlugin } from '@tandem/engine';
import { type Body, refuse, routeTo } from '@tandem/messages';
import {
  arrivalOf,
  gone,
  hangup,
  modified,
  modify,
  type ScriptedLeg,
  SwitchRig,
} from '@tandem/testing';
import { describe, expect, it } from 'vitest';
import { ParkedCall } from './parked-call.ts';

const description = (name: string, ...media: readonly string[]): Body => ({
  type: 'application/sdp',
  content: ['v=0', `o=${name}`, 's=-', 't=0 0', ...media, ''].join('\r\n'),
});
const audio = (name: string, port = 4_000) =>
  description(name, `m=audio ${port} RTP/AVP 8 0`, 'a=rtpmap:8 PCMA/8000', 'a=sendrecv');

/** Orbit 7, as a cluster node serves it. */
class Orbit {
  parked: ParkedCall | undefined = undefined;
  freed = 0;
  readonly plugin = definePlugin({
    name: 'park',
    setup: (scope) => {
      let legs = 0;
      scope.handle('call.execute', { where: { callto: 'park/7' } }, ({ params: { offer } }) => {
        const legId = `park/${++legs}`;
        if (this.parked?.isWaiting === true) return this.parked.fetch(legId, offer.body);
        if (this.parked !== undefined) return refuse('busy');
        const onFree = (): void => {
          this.freed++;
          this.parked = undefined;
        };
        const options = { legId, orbit: '7', offer: offer.body, sessionId: 42, onFree };
        const parked = new ParkedCall(options);
        if (parked.isWaiting) this.parked = parked;
        return parked.leg;
      });
    },
  });
}

async function parkedRig() {
  const orbit = new Orbit();
  const rig = await SwitchRig.create({}, orbit.plugin);
  rig.route = routeTo('park/7');
  const offering = (body: Body | undefined) => rig.call({ offer: { ...arrivalOf().offer, body } });
  return Object.assign(rig, { orbit, offering });
}

const leave = (leg: ScriptedLeg): void => {
  leg.tell(hangup('caller'));
  leg.tell(gone());
};

describe('a parked caller', () => {
  it('is answered at once and held', async () => {
    await using rig = await parkedRig();
    const alice = rig.offering(audio('alice'));
    const answer = alice.lastOf('answered')?.body?.content;
    expect(answer).toContain('m=audio 9 RTP/AVP 8 0\r\n');
    expect(answer).toContain('a=rtpmap:8 PCMA/8000\r\n');
    expect(answer).toContain('a=inactive\r\n');
    leave(alice);
    expect(rig.orbit.freed).toBe(1);
    expect(rig.switch.active).toBe(0);
  });

  it('without an offer is offered held audio', async () => {
    await using rig = await parkedRig();
    const alice = rig.offering(undefined);
    expect(alice.lastOf('answered')).toMatchObject({ isLate: true });
    expect(alice.lastOf('answered')?.body?.content).toContain('a=inactive');
    alice.tell({ type: 'ack', body: audio('alice') });
  });

  it('with nothing that could be held is refused', async () => {
    await using rig = await parkedRig();
    const alice = rig.offering(description('alice', 'm=audio 4000 UDP/TLS/RTP/SAVPF 111'));
    expect(alice.lastOf('failed')).toMatchObject({ status: 488 });
    expect(rig.orbit.freed).toBe(1);
  });

  it('may change his session, send digits, and not be transferred', async () => {
    await using rig = await parkedRig();
    const alice = rig.offering(audio('alice'));
    alice.tell(modify('m', { body: audio('alice', 5_000) }));
    expect(alice.lastOf('modified')).toMatchObject({ status: 200 });
    alice.tell({ type: 'info', infoId: 'i', dtmf: '5' });
    expect(alice.lastOf('infoDone')).toMatchObject({ status: 200 });
    alice.tell({ type: 'refer', referId: 'r', target: 'sip:x@y' });
    expect(alice.lastOf('notify')).toMatchObject({ status: 603, isFinal: true });
  });
});

describe('the next caller of the orbit', () => {
  async function fetched() {
    const rig = await parkedRig();
    const alice = rig.offering(audio('alice'));
    await rig.clock.advance(20_000);
    const carol = rig.offering(audio('carol', 6_000));
    return Object.assign(rig, { alice, carol });
  }
  const answerOf = (leg: ScriptedLeg, body = audio('alice', 4_444)) =>
    leg.tell(modified(leg.lastOf('modify')!.modifyId, { body }));

  it('is joined to him by an offerless re-INVITE, each told of the other', async () => {
    await using rig = await fetched();
    const { alice, carol } = rig;
    expect(alice.lastOf('modify')).toEqual({
      type: 'modify',
      modifyId: 'fetch-1',
      method: 'INVITE',
    });
    expect(carol.sent).toEqual([]);
    answerOf(alice);
    expect(carol.lastOf('answered')?.body?.content).toContain('m=audio 4444');
    expect(alice.lastOf('ack')?.body?.content).toContain('m=audio 6000');
    expect(rig.orbit.freed).toBe(1);
    alice.tell(modify('m'));
    expect(carol.lastOf('modify')?.modifyId).toBe('m');
    carol.tell(modified('m'));
    expect(alice.lastOf('modified')).toMatchObject({ modifyId: 'm', status: 200 });
  });

  it.each(['alice', 'carol'] as const)(
    'and %s hangs up: both calls end, recorded each',
    async (name) => {
      await using rig = await fetched();
      const { alice, carol } = rig;
      answerOf(alice);
      await rig.clock.advance(10_000);
      const other = name === 'alice' ? carol : alice;
      leave(rig[name]);
      expect(other.lastOf('hangup')).toMatchObject({ by: 'callee' });
      other.tell(gone());
      expect(rig.finalOf(alice)).toMatchObject({ talkMs: 30_000 });
      expect(rig.finalOf(carol)).toMatchObject({ talkMs: 10_000 });
      const parts = rig.records.filter(({ operation }) => operation === 'finalize');
      expect(parts.map(({ driver }) => driver).toSorted()).toEqual(['park', 'park', 'sip', 'sip']);
      expect(rig.switch.active).toBe(0);
    },
  );

  it('without an offer gets the parked one’s, and answers in the ACK', async () => {
    await using rig = await parkedRig();
    const alice = rig.offering(audio('alice'));
    const carol = rig.offering(undefined);
    answerOf(alice);
    expect(carol.lastOf('answered')).toMatchObject({ isLate: true, body: audio('alice', 4_444) });
    expect(alice.sentOf('ack')).toEqual([]);
    carol.tell({ type: 'ack', body: audio('carol', 6_000) });
    expect(alice.lastOf('ack')?.body?.content).toContain('m=audio 6000');
  });

  it('comes third: busy', async () => {
    await using rig = await fetched();
    expect(rig.offering(audio('dave')).lastOf('failed')?.status).toBe(486);
    answerOf(rig.alice);
    // Once joined the orbit is free again.
    expect(rig.offering(audio('dave')).lastOf('answered')).toBeDefined();
  });

  it('gives up before he has answered: he stays parked, and can be fetched again', async () => {
    await using rig = await fetched();
    leave(rig.carol);
    expect(rig.alice.lastOf('modifyCancel')).toMatchObject({ modifyId: 'fetch-1' });
    expect(rig.orbit.parked?.isWaiting).toBe(false);
    answerOf(rig.alice);
    expect(rig.alice.lastOf('ack')?.body?.content).toContain('a=inactive');
    const dave = rig.offering(audio('dave', 7_000));
    answerOf(rig.alice);
    expect(dave.lastOf('answered')).toBeDefined();
    expect(rig.alice.lastOf('ack')).toMatchObject({ modifyId: 'fetch-2' });
  });

  it('is refused by him: told so, and he stays parked', async () => {
    await using rig = await fetched();
    rig.alice.tell(modified('fetch-1', { status: 491 }));
    expect(rig.carol.lastOf('failed')).toMatchObject({ status: 480, retryAfterSeconds: 3 });
    expect(rig.orbit.parked?.isWaiting).toBe(true);
    expect(rig.alice.sentOf('hangup')).toEqual([]);
  });

  it('is never answered by him: told so after 32 s', async () => {
    await using rig = await fetched();
    await rig.clock.advance(32_100);
    expect(rig.carol.lastOf('failed')).toMatchObject({ status: 480 });
  });

  it('finds that he leaves at that moment', async () => {
    await using rig = await fetched();
    leave(rig.alice);
    expect(rig.carol.lastOf('failed')).toMatchObject({ status: 480 });
    expect(rig.orbit.freed).toBe(1);
  });
});
