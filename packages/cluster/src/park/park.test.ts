import { isFault } from '@tandem/engine';
import type { Body, CallOffer, LegEvent } from '@tandem/messages';
import { ClusterRig, gone, hangup, modified, modify, type ScriptedLeg } from '@tandem/testing';
import { describe, expect, test } from 'vitest';

/** A session description of one audio stream, as a phone writes it. */
function audio(who: string, part = 'a=sendrecv'): Body {
  const lines = [
    'v=0',
    `o=${who} 1 1 IN IP4 192.0.2.1`,
    's=-',
    'c=IN IP4 192.0.2.1',
    't=0 0',
    'm=audio 4000 RTP/AVP 0 101',
    'a=rtpmap:101 telephone-event/8000',
    part,
  ];
  return { type: 'application/sdp', content: lines.map((line) => `${line}\r\n`).join('') };
}

const bare: CallOffer = {
  headers: [],
  identity: { asserted: [], isTrusted: false },
  diversion: [],
  allow: [],
  supported: [],
  require: [],
  maxForwards: 69,
};
const offering = (who: string): CallOffer => ({ ...bare, body: audio(who) });

/** The description without its o-line. */
const said = (body: Body | undefined): string => (body?.content ?? '').replace(/^o=.*\r\n/m, '');
const origin = (body: Body | undefined): string => /^o=.*$/m.exec(body?.content ?? '')?.[0] ?? '';

async function rigOf(names: readonly string[] = ['node1', 'node2', 'node3']): Promise<ClusterRig> {
  return ClusterRig.create(names, { park: { numbers: '^\\*7\\(.*\\)$' } });
}

async function park(rig: ClusterRig, node: string, offer = offering('one')): Promise<ScriptedLeg> {
  const caller = rig.node(node).call('*77', { offer });
  await rig.pass(100);
  return caller;
}

function leave(leg: ScriptedLeg): void {
  leg.tell(hangup('caller'));
  leg.tell(gone());
}

/** The owner of orbit 7, by whoever holds its lease. */
function owner(rig: ClusterRig): string | undefined {
  return rig.nodes.find(
    ({ mesh, isKilled }) => !isKilled && mesh.leases.held.some(({ key }) => key === 'park/7'),
  )?.identity.node;
}

/** Two callers who hear each other, from these nodes. */
async function joined(
  rig: ClusterRig,
  first: string,
  second: string,
): Promise<readonly [ScriptedLeg, ScriptedLeg]> {
  const one = await park(rig, first);
  const two = await park(rig, second, offering('two'));
  const asked = one.lastOf('modify')!;
  one.tell(modified(asked.modifyId, { body: audio('one', 'a=again') }));
  await rig.pass(50);
  two.tell(modified(two.lastOf('modify')!.modifyId, { body: audio('two', 'a=agreed') }));
  await rig.pass(50);
  expect(one.lastOf('ack')).toBeDefined();
  return [one, two];
}

describe('a call to a free orbit', () => {
  test('waits there: it is answered, and nothing flows', async () => {
    await using rig = await rigOf();
    const caller = await park(rig, 'node1');
    const answer = caller.lastOf('answered');
    expect(answer).toMatchObject({ isLate: false });
    const content = answer?.body?.content ?? '';
    expect(content).toMatch(/^v=0\r\no=- \d+ 1 IN IP4 0\.0\.0\.0\r\ns=-\r\n/);
    expect(content).toContain(
      'm=audio 9 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=inactive\r\n',
    );
    expect(owner(rig)).toBeDefined();
    leave(caller);
    await rig.pass(200);
    expect(owner(rig)).toBeUndefined();
    const finals = rig.nodes.flatMap((node) => node.finals);
    expect(finals.filter(({ driver }) => driver === 'park')).toHaveLength(1);
  });

  test('without an offer is made one, and its ACK is heard', async () => {
    await using rig = await rigOf();
    const caller = await park(rig, 'node1', bare);
    expect(caller.lastOf('answered')).toMatchObject({ isLate: true });
    expect(caller.lastOf('answered')?.body?.content).toContain('a=inactive');
    caller.tell({ type: 'ack', body: audio('one', 'a=inactive') });
    await rig.pass(50);
    caller.tell(modify('m', { body: audio('one', 'a=sendonly') }));
    await rig.pass(50);
    expect(caller.lastOf('modified')).toMatchObject({ status: 200 });
    expect(origin(caller.lastOf('modified')?.body)).toMatch(/ 2 IN IP4/);
    caller.tell({ type: 'info', infoId: 'i', dtmf: '5' });
    caller.tell({ type: 'refer', referId: 'r', target: 'sip:x@y' });
    await rig.pass(50);
    expect(caller.lastOf('infoDone')).toMatchObject({ status: 200 });
    expect(caller.lastOf('notify')).toMatchObject({ status: 603, isFinal: true });
  });

  test('with something else than a session is refused', async () => {
    await using rig = await rigOf();
    const caller = await park(rig, 'node1', {
      ...bare,
      body: { type: 'multipart/mixed', content: 'x' },
    });
    expect(caller.lastOf('failed')).toMatchObject({ status: 415 });
    rig.node('node1').routeTo('8', ['park/no such orbit']);
    const other = rig.node('node1').call('8');
    await rig.pass(50);
    expect(other.lastOf('failed')).toMatchObject({ status: 404 });
  });

  test('that nobody takes up ends after its time', async () => {
    await using rig = await ClusterRig.create(['node1'], {
      park: { numbers: '7$', maxWait: '90s' },
    });
    const caller = rig.node('node1').call('*7', { offer: offering('one') });
    await rig.pass(85_000);
    expect(caller.lastOf('hangup')).toBeUndefined();
    await rig.pass(6_000);
    expect(caller.lastOf('hangup')).toMatchObject({ reason: 'noanswer', q850: 19 });
  });
});

describe('the next caller', () => {
  test.each([
    ['node1', 'node1'],
    ['node1', 'node2'],
    ['node2', 'node1'],
    ['node2', 'node3'],
  ])('from node %s is joined to the one who waits at %s', async (first, second) => {
    await using rig = await rigOf();
    const one = await park(rig, first);
    const at = owner(rig);
    const two = await park(rig, second, offering('two'));
    expect(owner(rig)).toBe(at);
    // He who waits is asked what he can do; the other is not answered before that is known.
    expect(one.lastOf('modify')).toMatchObject({ method: 'INVITE' });
    expect(one.lastOf('modify')?.body).toBeUndefined();
    expect(two.lastOf('answered')).toBeUndefined();
    one.tell(modified(one.lastOf('modify')!.modifyId, { body: audio('one', 'a=again') }));
    await rig.pass(50);
    expect(two.lastOf('answered')?.body?.content).toContain('a=inactive');
    expect(said(two.lastOf('modify')?.body)).toBe(said(audio('one', 'a=again')));
    // One session stays one session to each phone, with a new version for what is new.
    expect(origin(two.lastOf('modify')?.body)).toBe(
      origin(two.lastOf('answered')?.body).replace(' 1 IN', ' 2 IN'),
    );
    two.tell(modified(two.lastOf('modify')!.modifyId, { body: audio('two', 'a=agreed') }));
    await rig.pass(50);
    expect(said(one.lastOf('ack')?.body)).toBe(said(audio('two', 'a=agreed')));
    expect(origin(one.lastOf('ack')?.body)).toBe(
      origin(one.lastOf('answered')?.body).replace(' 1 IN', ' 2 IN'),
    );
    // The orbit is free again.
    await rig.pass(100);
    expect(owner(rig)).toBeUndefined();
  });

  test('hears what the other does, and either of them ends both calls', async () => {
    for (const ender of [0, 1] as const) {
      await using rig = await rigOf();
      const legs = await joined(rig, 'node1', 'node2');
      const [one, two] = legs;
      one.tell(modify('hold', { body: audio('one', 'a=sendonly') }));
      await rig.pass(50);
      expect(said(two.lastOf('modify')?.body)).toBe(said(audio('one', 'a=sendonly')));
      two.tell(modified('hold', { body: audio('two', 'a=recvonly') }));
      await rig.pass(50);
      expect(said(one.lastOf('modified')?.body)).toBe(said(audio('two', 'a=recvonly')));
      two.tell(modify('late', { body: undefined }));
      await rig.pass(50);
      expect(one.lastOf('modify')).toMatchObject({ modifyId: 'late' });
      one.tell(modified('late', { body: audio('one', 'a=fresh') }));
      await rig.pass(50);
      expect(said(two.lastOf('modified')?.body)).toBe(said(audio('one', 'a=fresh')));
      two.tell({ type: 'ack', modifyId: 'late', body: audio('two', 'a=fine') });
      two.tell({ type: 'info', infoId: 'i', dtmf: '9' });
      await rig.pass(50);
      expect(said(one.lastOf('ack')?.body)).toBe(said(audio('two', 'a=fine')));
      expect(one.lastOf('info')).toMatchObject({ dtmf: '9' });

      leave(legs[ender]);
      await rig.pass(500);
      const other = legs[1 - ender]!;
      expect(other.lastOf('hangup')).toMatchObject({ by: 'callee', q850: 16 });
      await rig.pass(6_000);
      expect(rig.nodes.map((node) => node.switch.active)).toEqual([0, 0, 0]);
      const records = rig.nodes
        .flatMap((node) => node.finals)
        .filter(({ driver }) => driver === 'sip');
      expect(records.map(({ status }) => status)).toEqual(['answered', 'answered']);
      for (const { talkMs } of records) expect(talkMs).toBeGreaterThan(0);
    }
  });

  test('without an offer gets the parked one’s in his 200, and his ACK answers it', async () => {
    await using rig = await rigOf();
    const one = await park(rig, 'node1');
    const two = await park(rig, 'node2', bare);
    one.tell(modified(one.lastOf('modify')!.modifyId, { body: audio('one', 'a=again') }));
    await rig.pass(50);
    expect(two.lastOf('answered')).toMatchObject({ isLate: true });
    expect(said(two.lastOf('answered')?.body)).toBe(said(audio('one', 'a=again')));
    two.tell({ type: 'ack', body: audio('two') });
    await rig.pass(50);
    expect(said(one.lastOf('ack')?.body)).toBe(said(audio('two')));
    expect(two.lastOf('modify')).toBeUndefined();
    leave(two);
    await rig.pass(100);
    expect(one.lastOf('hangup')).toBeDefined();
  });

  test('tries again where changes cross, three times', async () => {
    await using rig = await rigOf();
    const one = await park(rig, 'node1');
    const two = await park(rig, 'node2', offering('two'));
    for (let tries = 1; tries <= 2; tries++) {
      one.tell(
        modified(one.lastOf('modify')!.modifyId, { status: 491, phrase: 'Request Pending' }),
      );
      await rig.pass(2_500);
      expect(one.sentOf('modify')).toHaveLength(tries + 1);
    }
    expect(new Set(one.sentOf('modify').map(({ modifyId }) => modifyId)).size).toBe(3);
    one.tell(modified(one.lastOf('modify')!.modifyId, { status: 491, phrase: 'Request Pending' }));
    await rig.pass(2_500);
    expect(two.lastOf('failed')).toMatchObject({ status: 503 });
    expect(one.lastOf('hangup')).toBeUndefined();
  });

  test('who finds no common session is hung up, and the parked one waits on for another', async () => {
    await using rig = await rigOf();
    const one = await park(rig, 'node1');
    const two = await park(rig, 'node2', offering('two'));
    one.tell(modified(one.lastOf('modify')!.modifyId, { body: audio('one', 'a=again') }));
    await rig.pass(50);
    two.tell(
      modified(two.lastOf('modify')!.modifyId, { status: 488, phrase: 'Not Acceptable Here' }),
    );
    await rig.pass(50);
    expect(two.lastOf('hangup')).toMatchObject({ q850: 88 });
    // Every offer is answered.
    expect(one.lastOf('ack')?.body?.content).toContain('a=inactive');
    expect(one.lastOf('hangup')).toBeUndefined();
    const three = await park(rig, 'node3', offering('three'));
    expect(one.sentOf('modify')).toHaveLength(2);
    leave(three);
  });

  test('who hangs up before he is joined leaves the parked one where he is', async () => {
    await using rig = await rigOf();
    const one = await park(rig, 'node1');
    const two = await park(rig, 'node2', offering('two'));
    leave(two);
    await rig.pass(50);
    // While the question to the parked one is open nobody else can be joined.
    const early = await park(rig, 'node3', offering('three'));
    expect(early.lastOf('failed')).toMatchObject({ status: 486 });
    one.tell(modified(one.lastOf('modify')!.modifyId, { body: audio('one', 'a=again') }));
    await rig.pass(50);
    expect(one.lastOf('ack')?.body?.content).toContain('a=inactive');
    const later = await park(rig, 'node3', offering('three'));
    expect(one.sentOf('modify')).toHaveLength(2);
    one.tell(modified(one.lastOf('modify')!.modifyId, { body: audio('one') }));
    await rig.pass(50);
    expect(later.lastOf('answered')).toBeDefined();
    leave(later);
    await rig.pass(50);
    expect(one.lastOf('ack')?.body?.content).toContain('a=inactive');
    expect(one.lastOf('hangup')).toBeUndefined();
  });

  test('finds the parked one hung up: told so, before the answer and after it', async () => {
    await using rig = await rigOf();
    const one = await park(rig, 'node1');
    const two = await park(rig, 'node2', offering('two'));
    leave(one);
    await rig.pass(50);
    expect(two.lastOf('failed')).toMatchObject({ status: 480 });
    await rig.pass(200);
    expect(owner(rig)).toBeUndefined();
    const three = await park(rig, 'node1');
    const four = await park(rig, 'node2', offering('two'));
    three.tell(modified(three.lastOf('modify')!.modifyId, { body: audio('one') }));
    await rig.pass(50);
    leave(three);
    await rig.pass(50);
    expect(four.lastOf('hangup')).toBeDefined();
  });

  test('asks for a change while he is being joined: 491', async () => {
    await using rig = await rigOf();
    const one = await park(rig, 'node1');
    await park(rig, 'node2', offering('two'));
    one.tell(modify('mine'));
    await rig.pass(50);
    expect(one.lastOf('modified')).toMatchObject({ modifyId: 'mine', status: 491 });
  });
});

describe('the lease of an orbit', () => {
  test('100 times two nodes ask for it at the same moment: one is parked, the other joined to him', async () => {
    await using rig = await rigOf(['node1', 'node2']);
    for (let n = 0; n < 100; n++) {
      const [one, two] = ['node1', 'node2'].map((name) =>
        rig.node(name).call(`*7${n}`, { offer: offering(name) }),
      );
      await rig.pass(30);
      const events = [one!, two!].map((leg) => leg.sent.map(({ type }: LegEvent) => type));
      expect(events.filter((types) => types.includes('modify'))).toHaveLength(1);
      expect(events.filter((types) => types.includes('answered'))).toHaveLength(1);
      leave(one!);
      leave(two!);
    }
    await rig.pass(15_000);
    expect(rig.nodes.map(({ mesh }) => mesh.leases.held)).toEqual([[], []]);
  });

  test('that no call came for is given back', async () => {
    await using rig = await rigOf();
    const { bus } = rig.node('node1').engine;
    await bus.ask('cluster.locate', {
      callto: 'park/9',
      allocate: true,
      nodename: 'node1',
      username: '',
    });
    await bus.ask('cluster.locate', {
      callto: 'shop/9',
      allocate: true,
      nodename: 'node1',
      username: '',
    });
    await rig.pass(25_000);
    // Other kinds of resources are none of its business.
    expect(rig.nodes.flatMap(({ mesh }) => mesh.leases.held.map(({ key }) => key))).toEqual([
      'shop/9',
    ]);
  });

  test('an owner who dies takes the parked call with him, and the orbit is free at another node', async () => {
    await using rig = await rigOf();
    // The least busy node gets it.
    rig.node('node1').routeTo('1', ['test/x']);
    rig.node('node3').routeTo('1', ['test/x']);
    rig.node('node1').call('1');
    rig.node('node3').call('1');
    await rig.pass(1_500);
    const one = await park(rig, 'node1');
    expect(owner(rig)).toBe('node2');
    rig.node('node2').kill();
    await rig.pass(5_000);
    expect(one.lastOf('hangup')).toMatchObject({ q850: 41 });
    const next = await park(rig, 'node3', offering('three'));
    expect(next.lastOf('answered')?.body?.content).toContain('a=inactive');
    expect(owner(rig)).toBeDefined();
  });

  test('an owner who is cut off serves it to nobody, and ends his wait when another has it', async () => {
    await using rig = await rigOf(['node1', 'node2']);
    const one = await park(rig, 'node2');
    expect(owner(rig)).toBe('node2');
    await rig.pass(2_000);
    rig.node('node2').cut();
    await rig.pass(50);
    const local = await park(rig, 'node2', offering('local'));
    expect(local.lastOf('failed')).toBeDefined();
    await rig.pass(5_000);
    const next = await park(rig, 'node1', offering('next'));
    expect(next.lastOf('answered')).toBeDefined();
    expect(one.lastOf('hangup')).toBeUndefined();
    rig.node('node2').mend();
    await rig.pass(2_000);
    expect(one.lastOf('hangup')).toMatchObject({ reason: 'noresource', q850: 47 });
    expect(owner(rig)).toBe('node1');
    expect(next.lastOf('hangup')).toBeUndefined();
  });

  test('parking without a cluster: the number leads to this node', async () => {
    await using rig = await ClusterRig.create(['node1'], {
      general: { enabled: 'no' },
      park: { numbers: '^\\*7\\(.*\\)$' },
    });
    const caller = await park(rig, 'node1');
    expect(caller.lastOf('answered')).toBeDefined();
  });

  test('an expression that is none is refused with its place', async () => {
    const fault = await ClusterRig.create(['node1'], { park: { numbers: '\\(' } }).catch(
      (thrown: unknown) => thrown,
    );
    expect(isFault(fault, 'CONFIG_INVALID')).toBe(true);
    expect(String(fault)).toContain('[park] numbers');
  });
});
