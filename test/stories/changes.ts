import { ack, ackOfRefusal, hangUp, heard, hungUp, rests, rings, taken, up } from './phrases.ts';
import type { Step } from './step.ts';
import type { Story } from './story.ts';

const change: Step = { send: 'INVITE', sdp: 'changed' };
const changeHeard: Step = { hear: 'INVITE', matches: [['body', 'changed']] };
const changeAgreed: readonly Step[] = [
  { answer: '200 OK', sdp: 'changed', isRepeated: true },
  { hear: 'ACK' },
];
const toFax: Step = { send: 'INVITE', sdp: 't38' };
const faxHeard: Step = { hear: 'INVITE', matches: [['body', 'udptl']] };
const notAcceptable: readonly Step[] = [
  { answer: '488 Not Acceptable Here', headers: ['Warning: 305 story "no"'] },
  { hear: 'ACK' },
];
const heardNotAcceptable: readonly Step[] = [
  { hear: 100, isOptional: true },
  { hear: 488, matches: [['Warning', '305']] },
  ackOfRefusal,
];
const ANSWERED = { status: 'answered' } as const;

/** What a call that is up may ask of its session. */
export const changes: readonly Story[] = [
  {
    number: 15,
    name: 'an INVITE without SDP gets the offer in the 200, across two nodes',
    called: 'far',
    caller: [
      { send: 'INVITE' },
      { hear: 100, isOptional: true },
      { hear: 180, isOptional: true },
      { hear: 200, matches: [['body', 'phone']] },
      { send: 'ACK', sdp: 'caller' },
      rests,
      ...hangUp,
    ],
    phone: [
      ...rings,
      { answer: '200 OK', to: 'INVITE', sdp: 'phone', isRepeated: true },
      { hear: 'ACK', matches: [['body', 'caller']] },
      ...hungUp,
    ],
    record: ANSWERED,
  },
  {
    number: 16,
    name: 'a re-INVITE refused with 488 leaves the call as it was',
    called: 'far',
    caller: [...up, change, ...heardNotAcceptable, rests, ...hangUp],
    phone: [...taken, changeHeard, ...notAcceptable, ...hungUp],
    record: { ...ANSWERED, hangupBy: 'caller' },
  },
  {
    number: 16,
    name: 'a re-INVITE answered 481 ends the call',
    called: 'near',
    caller: [
      ...up,
      change,
      { hear: 100, isOptional: true },
      { hear: 487 },
      ackOfRefusal,
      ...hungUp,
    ],
    phone: [
      ...taken,
      { hear: 'INVITE' },
      { answer: '481 Call/Transaction Does Not Exist' },
      { hear: 'ACK' },
    ],
    record: { ...ANSWERED, hangupBy: 'engine' },
  },
  ...(['near', 'far'] as const).map((called): Story => ({
    number: 17,
    name: `both sides re-INVITE at once, both get 491 and both succeed then (${called})`,
    called,
    caller: [
      ...up,
      rests,
      change,
      ...heard(491, ackOfRefusal),
      rests,
      change,
      ...heard(200, ack),
      { hear: 'INVITE', matches: [['body', 'again']] },
      ...changeAgreed,
      rests,
      ...hangUp,
    ],
    // Its own goes out before it has answered the one that came: they cross on the wire.
    phone: [
      ...taken,
      changeHeard,
      change,
      ...heard(491, ackOfRefusal),
      { answer: '491 Request Pending', to: 'INVITE' },
      { hear: 'ACK' },
      changeHeard,
      ...changeAgreed,
      { pauseMs: 200 },
      // Another one: what it has agreed to would be no change, and stay at the node.
      { send: 'INVITE', sdp: 'again' },
      ...heard(200, ack),
      ...hungUp,
    ],
    record: ANSWERED,
  })),
  {
    number: 18,
    name: 'a call that is hung up with a re-INVITE still open gets 487 for it and BYE',
    called: 'near',
    caller: [
      ...up,
      change,
      { hear: 100, isOptional: true },
      { hear: 487 },
      ackOfRefusal,
      ...hungUp,
    ],
    phone: [
      ...taken,
      { hear: 'INVITE' },
      { pauseMs: 300 },
      { send: 'BYE', cseq: 1 },
      { hear: 200, matches: [['CSeq', '1 BYE']] },
    ],
    record: { ...ANSWERED, hangupBy: 'callee' },
  },
  {
    number: 18,
    name: 'the same, hung up by the one whose re-INVITE it is, across the hop',
    called: 'far',
    caller: [
      ...up,
      change,
      { hear: 100 },
      { pauseMs: 300 },
      { send: 'BYE' },
      { hear: 200, matches: [['CSeq', '3 BYE']] },
      { hear: 487, matches: [['CSeq', '2 INVITE']] },
      ackOfRefusal,
    ],
    phone: [
      ...taken,
      { hear: 'INVITE' },
      { answer: '100 Trying' },
      { hear: 'CANCEL', isOptional: true },
      { hear: 'BYE' },
      { answer: '200 OK' },
      { pauseMs: 200 },
    ],
    record: { ...ANSWERED, hangupBy: 'caller' },
  },
  {
    number: 31,
    name: 'a fax switches to T.38, is refused, and the voice call goes on',
    called: 'far',
    caller: [...up, toFax, ...heardNotAcceptable, rests, ...hangUp],
    phone: [...taken, faxHeard, ...notAcceptable, ...hungUp],
    record: { ...ANSWERED, hangupBy: 'caller' },
  },
  {
    number: 31,
    name: 'the phone switches to T.38, the caller refuses, and the voice call goes on',
    called: 'far',
    caller: [...up, faxHeard, ...notAcceptable, rests, ...hangUp],
    phone: [...taken, toFax, ...heardNotAcceptable, ...hungUp],
    record: { ...ANSWERED, hangupBy: 'caller' },
  },
  {
    number: 31,
    name: 'a fax switches to T.38 and both agree',
    called: 'near',
    caller: [
      ...up,
      toFax,
      { hear: 100, isOptional: true },
      { hear: 200, matches: [['body', 'udptl']] },
      ack,
      rests,
      ...hangUp,
    ],
    phone: [
      ...taken,
      faxHeard,
      { answer: '200 OK', sdp: 't38', isRepeated: true },
      { hear: 'ACK' },
      ...hungUp,
    ],
    record: ANSWERED,
  },
];
