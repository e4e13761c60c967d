import { type Phone, type PhoneCall, type SipCluster, startCluster } from '@tandem/testing';
import { expect, test } from 'vitest';
import { connect, hangUp } from './connect.ts';

/** Replaces of a call as the one who is to be replaced sees it (RFC 3891 §3). */
function replacesOf({ dialog }: PhoneCall, suffix = ''): string {
  if (dialog === undefined) throw new Error('there is no call to replace');
  const { callId, remoteTag, localTag } = dialog;
  return `${callId};to-tag=${remoteTag};from-tag=${localTag}${suffix}`;
}

/** Takes the place of `replaced`, as a phone does that was told to by REFER. */
function takeOver(phone: Phone, replaced: PhoneCall, sdp?: string | null): PhoneCall {
  const headers: [string, string][] = [
    ['Require', 'replaces'],
    ['Replaces', replacesOf(replaced)],
  ];
  return phone.call('carol', { headers, ...(sdp !== undefined && { sdp }) });
}

/** Requests of that method which a phone got within a call. */
const heard = (call: PhoneCall, method: string) =>
  call.requests.filter((request) => request.method === method);

/** Where Carol's phone is, and who has called whom. */
const places = [
  { far: 'node1', isCaller: true },
  { far: 'node2', isCaller: true },
  { far: 'node1', isCaller: false },
  { far: 'node2', isCaller: false },
] as const;

/** Bob at node2 speaks with Alice of node1 and, in another call, with Carol. */
async function twoCalls(far: string, isCaller: boolean) {
  const cluster = await startCluster(2);
  const alice = await cluster.registered('node1', 'alice');
  const bob = await cluster.registered('node2', 'bob');
  const carol = await cluster.registered(far, 'carol');
  const first = await connect(cluster, alice, bob);
  const second = await (isCaller ? connect(cluster, bob, carol) : connect(cluster, carol, bob));
  const [consulting, target] = isCaller
    ? [second.caller, second.callee]
    : [second.callee, second.caller];
  return { cluster, alice, bob, carol, first, consulting, target };
}

test.each(places)(
  'an attended transfer joins the two others and lets the transferor go: Carol at $far, called: $isCaller',
  async ({ far, isCaller }) => {
    const { cluster, alice, first, consulting, target } = await twoCalls(far, isCaller);
    await using _ = cluster;
    // REFER with Replaces reaches the one who is transferred (RFC 5589 §7).
    const told: string[] = [];
    first.caller.onRequest = (request) => {
      if (request.method !== 'REFER') return undefined;
      told.push(request.request.get('Refer-To') ?? '');
      return 202;
    };
    const referTo = `<sip:carol@127.0.0.11?Replaces=${encodeURIComponent(replacesOf(consulting))}>`;
    const refer = first.callee.request('REFER', undefined, [['Refer-To', referTo]]);
    expect(await cluster.turnUntil(refer)).toBe(202);
    expect(told).toEqual([referTo]);

    const joined = takeOver(alice, consulting);
    await cluster.until('she has the call', joined.answered);
    await cluster.until('the transferor is let go', consulting.ended);
    expect(joined.remoteSdp).toContain('carol');
    expect(target.remoteSdp).toContain('alice');
    expect(heard(consulting, 'BYE')).toHaveLength(1);

    const news = { type: 'message/sipfrag', content: 'SIP/2.0 200 OK\r\n' };
    const notified = first.caller.request('NOTIFY', news, [
      ['Event', 'refer'],
      ['Subscription-State', 'terminated;reason=noresource'],
    ]);
    expect(await cluster.turnUntil(notified)).toBe(200);
    await cluster.until(
      'the transferor hears of it',
      () => heard(first.callee, 'NOTIFY').length > 0,
    );
    await hangUp(cluster, first.callee, first.caller);

    // From here on they are one call: what one does the other one hears.
    expect(await cluster.turnUntil(joined.hold())).toBe(200);
    expect(target.remoteSdp).toContain('a=sendonly');
    expect(await cluster.turnUntil(target.sendDigit('5'))).toBe(200);
    expect(heard(joined, 'INFO')).toHaveLength(1);
    await hangUp(cluster, target, joined);
    expect(await cluster.faults()).toEqual([]);
  },
);

test('the new caller may hang up first, and may offer nothing', async () => {
  const { cluster, alice, carol, first, consulting, target } = await twoCalls('node2', false);
  await using _ = cluster;
  const joined = takeOver(alice, consulting, null);
  await cluster.until('she has the call', joined.answered);
  const isAnswered = ({ to, text }: { to: string; text: string }): boolean =>
    to === carol.address && text.startsWith('ACK ') && text.includes('alice');
  await cluster.until('the answer has crossed', () => cluster.wire.messages.some(isAnswered));
  await hangUp(cluster, joined, target);
  await hangUp(cluster, first.caller, first.callee);
  expect(await cluster.faults()).toEqual([]);
});

test('who refuses the new session stays with whom she has', async () => {
  const { cluster, alice, first, consulting, target } = await twoCalls('node1', false);
  await using _ = cluster;
  target.onRequest = ({ method }) => (method === 'INVITE' ? 488 : undefined);
  const refused = takeOver(alice, consulting);
  await cluster.until('it is refused', refused.refused);
  expect(refused.statuses.at(-1)).toBe(488);
  target.onRequest = () => undefined;
  expect(await cluster.turnUntil(consulting.hold())).toBe(200);
  await hangUp(cluster, consulting, target);
  await hangUp(cluster, first.caller, first.callee);
  expect(await cluster.faults()).toEqual([]);
});

test('a call whose place was to be taken and that is over is answered 481', async () => {
  const { cluster, alice, first, consulting, target } = await twoCalls('node1', true);
  await using _ = cluster;
  await hangUp(cluster, target, consulting);
  const late = takeOver(alice, consulting);
  await cluster.until('it is refused', late.refused);
  expect(late.statuses.at(-1)).toBe(481);
  await hangUp(cluster, first.callee, first.caller);
  expect(await cluster.faults()).toEqual([]);
});

test('the transferor who hangs up while the other is asked leaves nothing to take', async () => {
  const { cluster, alice, first, consulting, target } = await twoCalls('node2', true);
  await using _ = cluster;
  target.onRequest = ({ method }) => (method === 'INVITE' ? 0 : undefined);
  const late = takeOver(alice, consulting);
  await cluster.until('she is asked', () => heard(target, 'INVITE').length > 0);
  await hangUp(cluster, consulting, target);
  await cluster.until('it is refused', late.refused);
  expect(late.statuses.at(-1)).toBe(481);
  await hangUp(cluster, first.callee, first.caller);
  expect(await cluster.faults()).toEqual([]);
});

test('a new caller who gives up while the other is asked changes nothing', async () => {
  const { cluster, alice, first, consulting, target } = await twoCalls('node2', false);
  await using _ = cluster;
  let open: (() => void) | undefined;
  target.onRequest = (request) => {
    if (request.method !== 'INVITE') return undefined;
    open = () => request.respond(487);
    return 0;
  };
  const joined = takeOver(alice, consulting);
  await cluster.until('she is asked', () => open !== undefined);
  joined.cancel();
  await cluster.until('it is called off', joined.refused);
  open?.();
  target.onRequest = () => undefined;
  await cluster.pass(1_000);
  expect(await cluster.turnUntil(consulting.hold())).toBe(200);
  expect(target.ended.isOver).toBe(false);
  await hangUp(cluster, target, consulting);
  await hangUp(cluster, first.callee, first.caller);
  expect(await cluster.faults()).toEqual([]);
});

async function oneCall(): Promise<{ cluster: SipCluster; alice: Phone; call: PhoneCall }> {
  const cluster = await startCluster(2);
  const alice = await cluster.registered('node1', 'alice');
  const bob = await cluster.registered('node2', 'bob');
  const carol = await cluster.registered('node2', 'carol');
  const { caller } = await connect(cluster, bob, carol);
  return { cluster, alice, call: caller };
}

test.each([
  ['a tag that is nobody’s', 'x@y;to-tag=1;from-tag=2', 481],
  ['a node that never was', 'x@y;to-tag=node9-5-0123abcd;from-tag=2', 481],
  ['no tags', 'x@y', 400],
  ['nothing', '', 400],
])('Replaces with %s is refused', async (_what, value, status) => {
  const { cluster, alice } = await oneCall();
  await using _ = cluster;
  const call = alice.call('carol', { headers: [['Replaces', value]] });
  await cluster.until('it is refused', call.refused);
  expect(call.statuses.at(-1)).toBe(status);
});

test('two Replaces are a bad request, one with a wrong Call-ID finds nothing', async () => {
  const { cluster, alice, call } = await oneCall();
  await using _ = cluster;
  const value = replacesOf(call);
  for (const [headers, status] of [
    [
      [
        ['Replaces', value],
        ['Replaces', value],
      ],
      400,
    ],
    [
      [
        ['Replaces', value],
        ['Join', value],
      ],
      400,
    ],
    [[['Replaces', `x${value}`]], 481],
    [[['Replaces', `${value};early-only`]], 486],
  ] as const) {
    const refused = alice.call('carol', { headers });
    await cluster.until('it is refused', refused.refused);
    expect(refused.statuses.at(-1)).toBe(status);
  }
  expect(call.ended.isOver).toBe(false);
});

test('the leg of a dead node cannot be replaced', async () => {
  const { cluster, alice, call } = await oneCall();
  await using _ = cluster;
  cluster.kill('node2');
  await cluster.pass(5_000);
  const refused = takeOver(alice, call);
  await cluster.until('it is refused', refused.refused);
  expect(refused.statuses.at(-1)).toBe(481);
});

test('a caller who still waits is not replaced (RFC 3891 §3: 481)', async () => {
  await using cluster = await startCluster(2);
  const alice = await cluster.registered('node1', 'alice');
  const bob = await cluster.registered('node2', 'bob');
  const carol = await cluster.registered('node1', 'carol');
  const waiting = bob.call('carol');
  await cluster.until('carol has it', () => carol.calls.length === 1);
  carol.calls[0]?.ring();
  await cluster.until('it rings', waiting.ringing);
  const tag = waiting.responses.at(-1)?.toTag ?? '';
  const value = `${waiting.invite?.callId};to-tag=${tag};from-tag=${waiting.responses.at(-1)?.fromTag}`;
  const early = alice.call('carol', { headers: [['Replaces', value]] });
  await cluster.until('it is refused', early.refused);
  expect(early.statuses.at(-1)).toBe(481);
  carol.calls[0]?.answer();
  await cluster.until('it is answered all the same', waiting.answered);
});

test('only one takes a place at a time', async () => {
  const { cluster, alice, first, consulting, target } = await twoCalls('node1', true);
  await using _ = cluster;
  const dave = await cluster.registered('node2', 'dave');
  target.onRequest = ({ method }) => (method === 'INVITE' ? 0 : undefined);
  const one = takeOver(alice, consulting);
  await cluster.until('she is asked', () => heard(target, 'INVITE').length > 0);
  const other = takeOver(dave, consulting);
  await cluster.until('the second is refused', other.refused);
  expect(other.statuses.at(-1)).toBe(491);
  one.cancel();
  await cluster.until('the first has given up', one.refused);
  await hangUp(cluster, first.caller, first.callee);
});
