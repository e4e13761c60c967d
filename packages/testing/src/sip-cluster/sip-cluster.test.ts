import { parseMessage, type SipMessage } from '@tandem/sip-stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callFaults, type WireView } from './call-rules.ts';
import { headerFaults } from './header-rules.ts';
import { type SipCluster, startCluster } from './sip-cluster.ts';
import type { WireMessage } from './wire-book.ts';

test('a call that nobody ends is a fault at its nodes, its phones and on the wire', async () => {
  await using cluster = await startCluster(2);
  const alice = await cluster.phone('node1', 'alice');
  const bob = await cluster.registered('node2', 'bob');
  bob.onCall = (call) => call.answer();
  const caller = alice.call('bob');
  await cluster.until('it is answered', caller.answered);
  const faults = (await cluster.faults()).join('\n');
  for (const part of [
    'node1: tandem_calls is 1',
    'node2: tandem_cluster_legs is 1',
    'has 0 final records',
    'phone bob: 1 dialogs are left',
    'was ended by nothing',
  ]) {
    expect(faults).toContain(part);
  }
  await cluster.turnUntil(caller.hangUp());
});

test('what does not happen is said with its name', async () => {
  await using cluster = await startCluster(1);
  await expect(cluster.until('a miracle', () => false, 100)).rejects.toThrow('a miracle');
});

// One good call, in which each test breaks one thing.
let cluster: SipCluster;
beforeAll(async () => {
  cluster = await startCluster(2);
  const alice = await cluster.phone('node1', 'alice');
  const bob = await cluster.registered('node2', 'bob');
  bob.onCall = (call) => call.answer();
  const caller = alice.call('bob');
  await cluster.until('it is answered', caller.answered);
  await cluster.turnUntil(caller.hangUp());
  await cluster.pass(1_000);
});
afterAll(() => cluster[Symbol.asyncDispose]());

/** The view of the good call with other messages. */
function seen(change: (message: WireMessage) => readonly WireMessage[]): WireView {
  return { ...cluster.view, messages: cluster.view.messages.flatMap(change) };
}

/** What one kind of message is turned into. */
function instead(
  matches: (message: WireMessage) => boolean,
  change: (text: string) => string | undefined,
): WireView {
  return seen((message) => {
    if (!matches(message)) return [message];
    const text = change(message.text);
    return text === undefined ? [] : [{ ...message, sip: read(text) }];
  });
}

function read(text: string): SipMessage {
  const outcome = parseMessage(Buffer.from(text, 'latin1'));
  if (outcome.kind !== 'message') throw new Error(outcome.kind);
  return outcome.message;
}

const fromNode =
  (method: string) =>
  ({ from, sip }: WireMessage): boolean =>
    sip.kind === 'request' && sip.method === method && from.startsWith('127.0.0.');
const answers =
  (status: number) =>
  ({ from, sip }: WireMessage): boolean =>
    sip.kind === 'response' &&
    sip.status === status &&
    sip.cseq.method === 'INVITE' &&
    from.startsWith('127.0.0.');

describe('the rules', () => {
  test('find nothing in a good call', () => {
    expect([...callFaults(cluster.view), ...headerFaults(cluster.view)]).toEqual([]);
  });

  test.each<[string, () => WireView, string]>([
    [
      'an INVITE without a final answer',
      () => instead(answers(200), () => undefined),
      'got nothing',
    ],
    [
      'an INVITE with two',
      () =>
        seen((message) => {
          if (!answers(200)(message)) return [message];
          const other = message.text.replace(/^SIP\/2.0 200.*/, 'SIP/2.0 486 Busy');
          return [message, { ...message, sip: read(other) }];
        }),
      ', 486 ',
    ],
    ['a 2xx without ACK', () => instead(fromNode('ACK'), () => undefined), 'got no ACK'],
    [
      'an answered dialog without BYE',
      () => instead(fromNode('BYE'), () => undefined),
      'by nothing',
    ],
    [
      'two BYEs one way',
      () =>
        seen((message) => {
          if (!fromNode('BYE')(message)) return [message];
          const again = message.text.replace(/CSeq: \d+/, 'CSeq: 9');
          return [message, { ...message, sip: read(again) }];
        }),
      'CSeq 2, 127.0.0.12:5060 CSeq 9',
    ],
    [
      'a header of the cluster',
      () => instead(fromNode('INVITE'), (text) => text.replace('\r\n', '\r\nX-Billid: 1\r\n')),
      'shows X-Billid',
    ],
    [
      'another node’s Contact',
      () =>
        instead(fromNode('INVITE'), (text) =>
          text.replace(/(Contact: .*)127.0.0.12/, '$1127.0.0.11'),
        ),
      'has Contact',
    ],
    [
      'hops that do not fall',
      () => instead(fromNode('INVITE'), (text) => text.replace(/forwards: \d+/i, 'forwards: 70')),
      'Max-Forwards 70',
    ],
    [
      'the other leg’s Via',
      () =>
        instead(fromNode('INVITE'), (text) =>
          text.replace('Max-F', 'Via: SIP/2.0/UDP 127.0.1.1;branch=z9hG4bKx\r\nMax-F'),
        ),
      'Vias of the other leg',
    ],
    [
      'a CSeq that falls',
      () => instead(fromNode('BYE'), (text) => text.replace(/CSeq: \d+/, 'CSeq: 1')),
      'has CSeq 1 after 1',
    ],
  ])('find %s', (_, view, part) => {
    expect([...callFaults(view()), ...headerFaults(view())].join('\n')).toContain(part);
  });
});
