import { ack, answers, call, hangUp, hungUp, rests, taken } from './phrases.ts';
import type { Story } from './story.ts';

const RELIABLE = { send: 'INVITE', sdp: 'caller', headers: ['Supported: 100rel'] } as const;
const reliably = (sdp: string) =>
  ({
    answer: '183 Session Progress',
    sdp,
    headers: ['Require: 100rel', 'RSeq: 7'],
  }) as const;
/** The PRACK of the 183 that was heard last. */
const prack = { send: 'PRACK', headers: ['RAck: [$checked] 1 INVITE'] } as const;
const heardReliably = {
  hear: 183,
  matches: [
    ['Require', '100rel'],
    ['RSeq', '[0-9]+'],
  ],
} as const;
const ofPrack = { hear: 200, matches: [['CSeq', '2 PRACK']] } as const;
const ofInvite = { hear: 200, matches: [['CSeq', '1 INVITE']] } as const;

/** Before the answer: early dialogs, reliable answers, UPDATE. */
export const early: readonly Story[] = [
  {
    number: 13,
    name: 'the first destination sends 183 with SDP and fails, the second is heard',
    called: 'hunt',
    caller: [
      call,
      { hear: 100 },
      { hear: 183, matches: [['body', 'early']] },
      { hear: 180 },
      { hear: 200, matches: [['body', 'phone']] },
      ack,
      rests,
      ...hangUp,
    ],
    phone: [
      { hear: 'INVITE' },
      { answer: '183 Session Progress', sdp: 'early' },
      { pauseMs: 300 },
      { answer: '503 Service Unavailable', to: 'INVITE' },
      { hear: 'ACK' },
    ],
    other: [...taken, ...hungUp],
    record: { status: 'answered' },
    attempts: [{ sipCode: 503, talkMs: 0 }, { status: 'answered' }],
  },
  {
    number: 14,
    name: 'two early dialogs of a forking proxy, and the one that answers is confirmed',
    called: 'near',
    caller: [
      call,
      { hear: 100 },
      { hear: 183 },
      { hear: 183 },
      { hear: 200, matches: [['body', 'second']] },
      ack,
      rests,
      ...hangUp,
    ],
    phone: [
      { hear: 'INVITE' },
      { answer: '183 Session Progress', sdp: 'first', tag: 'first' },
      { pauseMs: 200 },
      { answer: '183 Session Progress', to: 'INVITE', sdp: 'second', tag: 'second' },
      { pauseMs: 200 },
      { answer: '200 OK', to: 'INVITE', sdp: 'second', tag: 'second', isRepeated: true },
      { hear: 'ACK', matches: [['To', 'tag=second']] },
      ...hungUp,
    ],
    record: { status: 'answered' },
  },
  {
    number: 21,
    name: 'a reliable 183 is PRACKed end to end across the hop, with an offer in the PRACK',
    called: 'far',
    caller: [
      RELIABLE,
      { hear: 100 },
      heardReliably,
      { ...prack, sdp: 'changed' },
      { hear: 200, matches: [...ofPrack.matches, ['body', 'changed']] },
      ofInvite,
      ack,
      rests,
      ...hangUp,
    ],
    phone: [
      { hear: 'INVITE', matches: [['Supported', '100rel']] },
      reliably('phone'),
      {
        hear: 'PRACK',
        matches: [
          ['RAck', '7 1 INVITE'],
          ['body', 'changed'],
        ],
      },
      { answer: '200 OK', sdp: 'changed' },
      { answer: '200 OK', to: 'INVITE', isRepeated: true },
      { hear: 'ACK' },
      ...hungUp,
    ],
    record: { status: 'answered' },
  },
  {
    number: 22,
    name: 'the 200 waits for the PRACK when the reliable 183 carried SDP',
    called: 'far',
    // Within the pause nothing may be heard.
    caller: [
      RELIABLE,
      { hear: 100 },
      heardReliably,
      { pauseMs: 500 },
      prack,
      ofPrack,
      ofInvite,
      ack,
      rests,
      ...hangUp,
    ],
    phone: [
      { hear: 'INVITE' },
      reliably('phone'),
      // The phone does not wait, as some do not.
      { answer: '200 OK', to: 'INVITE', isRepeated: true },
      { hear: 'ACK' },
      { hear: 'PRACK', matches: [['RAck', '7 1 INVITE']] },
      { answer: '200 OK' },
      ...hungUp,
    ],
    record: { status: 'answered' },
  },
  {
    number: 22,
    name: 'the 200 waits for the answer as well, where the PRACK has an offer',
    called: 'far',
    // Within the pause nothing may be heard.
    caller: [
      RELIABLE,
      { hear: 100 },
      heardReliably,
      { pauseMs: 500 },
      { ...prack, sdp: 'changed' },
      { hear: 200, matches: [...ofPrack.matches, ['body', 'changed']] },
      ofInvite,
      ack,
      rests,
      ...hangUp,
    ],
    phone: [
      { hear: 'INVITE' },
      reliably('phone'),
      // The phone does not wait, as some do not.
      { answer: '200 OK', to: 'INVITE', isRepeated: true },
      { hear: 'ACK' },
      { hear: 'PRACK', matches: [['body', 'changed']] },
      { pauseMs: 300 },
      { answer: '200 OK', sdp: 'changed' },
      ...hungUp,
    ],
    record: { status: 'answered' },
  },
  {
    number: 23,
    name: 'an UPDATE with an offer before the answer is refused with 500',
    called: 'near',
    caller: [
      call,
      { hear: 100 },
      { hear: 183 },
      { send: 'UPDATE', sdp: 'changed' },
      { hear: 500, matches: [['Retry-After', '[0-9]+']] },
      { hear: 200 },
      ack,
      rests,
      ...hangUp,
    ],
    phone: [
      { hear: 'INVITE' },
      { answer: '183 Session Progress' },
      { pauseMs: 600 },
      ...answers,
      ...hungUp,
    ],
    record: { status: 'answered' },
  },
];
