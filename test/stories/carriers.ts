import {
  ack,
  ackOfRefusal,
  call,
  challenge,
  hangUp,
  heard,
  hungUp,
  proven,
  rests,
  taken,
  up,
} from './phrases.ts';
import type { Step } from './step.ts';
import type { Story } from './story.ts';

const SDP_CHANGED = 'changed';
const ANSWERED = { status: 'answered' } as const;
const takenAgain: readonly Step[] = [
  { answer: '200 OK', sdp: 'phone', tag: 'again', isRepeated: true },
  { hear: 'ACK' },
];

/** Carriers that ask who we are, send us elsewhere or want a longer session. */
export const carriers: readonly Story[] = [
  {
    number: 24,
    name: 'a carrier challenges INVITE, re-INVITE and BYE, and none of it counts as an attempt',
    called: 'auth',
    caller: [...up, { send: 'INVITE', sdp: SDP_CHANGED }, ...heard(200, ack), rests, ...hangUp],
    phone: [
      { hear: 'INVITE', matches: [['CSeq', '1 INVITE']], lacks: ['Proxy-Authorization'] },
      challenge('1'),
      { hear: 'ACK' },
      proven('INVITE', '1', ['CSeq', '2 INVITE']),
      ...takenAgain,
      { hear: 'INVITE', matches: [['body', SDP_CHANGED]] },
      challenge('2'),
      { hear: 'ACK' },
      proven('INVITE', '2'),
      { answer: '200 OK', sdp: SDP_CHANGED, isRepeated: true },
      { hear: 'ACK' },
      { hear: 'BYE' },
      challenge('3'),
      proven('BYE', '3'),
      { answer: '200 OK' },
      { pauseMs: 200 },
    ],
    record: ANSWERED,
    attempts: [{ attempt: 1, status: 'answered' }],
  },
  {
    number: 25,
    name: 'a carrier that refuses our password is left for the next, and the caller sees no challenge',
    called: 'auth',
    caller: [...up, rests, ...hangUp],
    phone: [
      { hear: 'INVITE' },
      challenge('1'),
      { hear: 'ACK' },
      proven('INVITE', '1'),
      challenge('2'),
      { hear: 'ACK' },
    ],
    other: [...taken, ...hungUp],
    record: ANSWERED,
    attempts: [
      { attempt: 1, reason: 'carrierauth' },
      { attempt: 2, status: 'answered' },
    ],
  },
  {
    number: 26,
    name: 'a carrier answers 302 to a premium number and it is not dialled',
    called: 'near',
    caller: [
      call,
      { hear: 100, isOptional: true },
      { hear: 503, lacks: ['Contact'] },
      ackOfRefusal,
    ],
    phone: [
      { hear: 'INVITE' },
      { answer: '302 Moved Temporarily', headers: ['Contact: <sip:0900@127.0.0.99>'] },
      { hear: 'ACK' },
    ],
    record: { talkMs: 0 },
    attempts: [{ sipCode: 302 }],
  },
  {
    number: 27,
    name: 'a carrier answers 422 and gets the same INVITE with a longer session',
    called: 'near',
    caller: [...up, rests, ...hangUp],
    phone: [
      { hear: 'INVITE' },
      { answer: '422 Session Interval Too Small', headers: ['Min-SE: 7200'] },
      { hear: 'ACK' },
      {
        hear: 'INVITE',
        matches: [
          ['Session-Expires', '7200'],
          ['Min-SE', '7200'],
          ['CSeq', '2 INVITE'],
        ],
      },
      ...takenAgain,
      ...hungUp,
    ],
    record: ANSWERED,
    attempts: [{ attempt: 1, status: 'answered' }],
  },
];
