import type { Step } from './step.ts';

/** One scenario with SIPp on both sides of a node. */
export interface Story {
  /** Its number among the forty. */
  readonly number: number;
  readonly name: string;
  /** Number that is called: see story-plugin.mjs. */
  readonly called: 'near' | 'far' | 'hunt' | 'fork' | 'auth' | 'nobody';
  readonly caller: readonly Step[];
  readonly phone?: readonly Step[];
  /** The second phone of `hunt` and `fork`. */
  readonly other?: readonly Step[];
}

const call: Step = { send: 'INVITE', sdp: 'caller' };
const heard = (hear: number, ...rest: Step[]): readonly Step[] => [
  { hear: 100, isOptional: true },
  { hear: 180, isOptional: true },
  { hear: 183, isOptional: true },
  { hear },
  ...rest,
];
const ack: Step = { send: 'ACK' };
const ackOfRefusal: Step = { send: 'ACK', isSameBranch: true };
const hangUp: readonly Step[] = [{ send: 'BYE' }, { hear: 200 }];
const hungUp: readonly Step[] = [{ hear: 'BYE' }, { answer: '200 OK' }, { pauseMs: 200 }];
const rings: readonly Step[] = [{ hear: 'INVITE' }, { answer: '180 Ringing' }];
const answers: readonly Step[] = [
  { answer: '200 OK', to: 'INVITE', sdp: 'phone', isRepeated: true },
  { hear: 'ACK' },
];
const rests: Step = { pauseMs: 500 };
/** A call that is answered and is up. */
const up: readonly Step[] = [call, ...heard(200, ack)];
const taken: readonly Step[] = [...rings, ...answers];

/** Those of the forty that two or three SIPp can play; the others have tests of their own. */
export const stories: readonly Story[] = [
  {
    number: 1,
    name: 'a caller reaches a phone and hangs up',
    called: 'near',
    caller: [...up, rests, ...hangUp],
    phone: [...taken, ...hungUp],
  },
  {
    number: 1,
    name: 'the phone hangs up',
    called: 'near',
    caller: [...up, ...hungUp],
    phone: [...taken, rests, ...hangUp],
  },
  {
    number: 2,
    name: 'a phone of another node',
    called: 'far',
    caller: [...up, rests, ...hangUp],
    phone: [...taken, ...hungUp],
  },
  {
    number: 3,
    name: 'two phones ring and the first answer stops the other',
    called: 'fork',
    caller: [...up, rests, ...hangUp],
    phone: [...rings, { pauseMs: 500 }, ...answers, ...hungUp],
    other: [
      ...rings,
      { hear: 'CANCEL', matches: ['Reason', 'cause=200'] },
      { answer: '200 OK' },
      { answer: '487 Request Terminated', to: 'INVITE' },
      { hear: 'ACK' },
    ],
  },
  {
    number: 4,
    name: 'the caller cancels before anything is heard, and the late 180 is cancelled',
    called: 'near',
    caller: [
      call,
      { hear: 100 },
      { pauseMs: 300 },
      { send: 'CANCEL' },
      { hear: 200 },
      { hear: 487 },
      ackOfRefusal,
    ],
    phone: [
      { hear: 'INVITE' },
      { pauseMs: 1_000 },
      { answer: '180 Ringing', to: 'INVITE' },
      { hear: 'CANCEL' },
      { answer: '200 OK' },
      { answer: '487 Request Terminated', to: 'INVITE' },
      { hear: 'ACK' },
    ],
  },
  {
    number: 5,
    name: 'the caller cancels while the 200 crosses the hop: ACK and BYE',
    called: 'far',
    caller: [
      call,
      { hear: 100 },
      { hear: 180 },
      { send: 'CANCEL' },
      { hear: 200 },
      { hear: 487 },
      ackOfRefusal,
    ],
    phone: [
      ...rings,
      { hear: 'CANCEL' },
      { answer: '200 OK' },
      { answer: '200 OK', to: 'INVITE', sdp: 'phone' },
      { hear: 'ACK' },
      ...hungUp,
    ],
  },
  {
    number: 6,
    name: 'two branches answer at the same moment and the loser gets ACK and BYE',
    called: 'fork',
    caller: [...up, { pauseMs: 1_500 }, ...hangUp],
    phone: [...rings, { pauseMs: 300 }, ...answers, ...hungUp],
    other: [
      ...rings,
      { hear: 'CANCEL' },
      { answer: '200 OK' },
      { answer: '200 OK', to: 'INVITE', sdp: 'phone' },
      { hear: 'ACK' },
      ...hungUp,
    ],
  },
  {
    number: 7,
    name: 'a 200 that nobody acknowledges is repeated until the ACK',
    called: 'far',
    caller: [call, ...heard(200, { pauseMs: 700 }, ack), rests, ...hangUp],
    phone: [...taken, ...hungUp],
  },
  {
    number: 9,
    name: 'no ACK ever comes and both sides are hung up after 64 T1',
    called: 'near',
    caller: [call, ...heard(200, { pauseMs: 6_000 }, ...hungUp)],
    phone: [...taken, ...hungUp],
  },
  {
    number: 10,
    name: 'an INVITE that is repeated after the 200 makes no second call',
    called: 'near',
    caller: [
      call,
      ...heard(200, { send: 'INVITE', sdp: 'caller', isSameBranch: true }, { pauseMs: 300 }, ack),
      rests,
      ...hangUp,
    ],
    phone: [...taken, ...hungUp],
  },
  {
    number: 12,
    name: 'a destination that never answers is left, and its late 200 gets ACK and BYE',
    called: 'hunt',
    caller: [...up, { pauseMs: 2_000 }, ...hangUp],
    phone: [
      { hear: 'INVITE' },
      { pauseMs: 2_500 },
      { answer: '200 OK', to: 'INVITE', sdp: 'late' },
      { hear: 'ACK' },
      ...hungUp,
    ],
    other: [...taken, ...hungUp],
  },
  {
    number: 13,
    name: 'the first destination sends 183 with SDP and fails, the second is heard',
    called: 'hunt',
    caller: [
      call,
      { hear: 100 },
      { hear: 183, matches: ['body', 'early'] },
      { hear: 180 },
      { hear: 200, matches: ['body', 'phone'] },
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
      { hear: 200, matches: ['body', 'second'] },
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
      { hear: 'ACK' },
      ...hungUp,
    ],
  },
  {
    number: 15,
    name: 'an INVITE without SDP gets the offer in the 200, across two nodes',
    called: 'far',
    caller: [{ send: 'INVITE' }, ...heard(200, { send: 'ACK', sdp: 'caller' }), rests, ...hangUp],
    phone: [
      ...rings,
      { answer: '200 OK', to: 'INVITE', sdp: 'phone', isRepeated: true },
      { hear: 'ACK', matches: ['body', 'caller'] },
      ...hungUp,
    ],
  },
  {
    number: 16,
    name: 'a re-INVITE refused with 488 leaves the call as it was',
    called: 'far',
    caller: [
      ...up,
      { send: 'INVITE', sdp: 'changed' },
      ...heard(488, ackOfRefusal),
      rests,
      ...hangUp,
    ],
    phone: [
      ...taken,
      { hear: 'INVITE', matches: ['body', 'changed'] },
      { answer: '488 Not Acceptable Here' },
      { hear: 'ACK' },
      ...hungUp,
    ],
  },
  {
    number: 16,
    name: 'a re-INVITE answered 481 ends the call',
    called: 'near',
    caller: [
      ...up,
      { send: 'INVITE', sdp: 'changed' },
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
  },
  {
    number: 18,
    name: 'a hung-up call with a re-INVITE still open gets 487 for it and BYE',
    called: 'near',
    caller: [
      ...up,
      { send: 'INVITE', sdp: 'changed' },
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
      { hear: 487, isOptional: true },
      { hear: 200 },
    ],
  },
  {
    number: 21,
    name: 'a reliable 183 is PRACKed end to end across the hop',
    called: 'far',
    caller: [
      { send: 'INVITE', sdp: 'caller', headers: ['Supported: 100rel'] },
      { hear: 100 },
      { hear: 183, matches: ['RSeq', '[0-9]+'] },
      { send: 'PRACK', headers: ['RAck: [$checked] 1 INVITE'] },
      { hear: 200 },
      { hear: 200 },
      ack,
      rests,
      ...hangUp,
    ],
    phone: [
      { hear: 'INVITE', matches: ['Supported', '100rel'] },
      { answer: '183 Session Progress', sdp: 'phone', headers: ['Require: 100rel', 'RSeq: 7'] },
      { hear: 'PRACK', matches: ['RAck', '7 1 INVITE'] },
      { answer: '200 OK' },
      { answer: '200 OK', to: 'INVITE', isRepeated: true },
      { hear: 'ACK' },
      ...hungUp,
    ],
  },
  {
    number: 23,
    name: 'an UPDATE with an offer before the answer is refused with 500 and Retry-After',
    called: 'near',
    caller: [
      call,
      { hear: 100 },
      { hear: 183 },
      { send: 'UPDATE', sdp: 'changed' },
      { hear: 500, matches: ['Retry-After', '[0-9]+'] },
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
  },
  {
    number: 24,
    name: 'a carrier challenges the INVITE, and that counts as no attempt',
    called: 'auth',
    caller: [...up, rests, ...hangUp],
    phone: [
      { hear: 'INVITE' },
      {
        answer: '407 Proxy Authentication Required',
        headers: ['Proxy-Authenticate: Digest realm="c", nonce="1", qop="auth", algorithm=MD5'],
      },
      { hear: 'ACK' },
      { hear: 'INVITE', matches: ['Proxy-Authorization', 'username="us"'] },
      { answer: '200 OK', sdp: 'phone', tag: 'again', isRepeated: true },
      { hear: 'ACK' },
      ...hungUp,
    ],
  },
  {
    number: 25,
    name: 'a carrier that refuses our password is left for the next, and the caller sees no challenge',
    called: 'auth',
    caller: [...up, rests, ...hangUp],
    phone: [
      { hear: 'INVITE' },
      {
        answer: '407 Proxy Authentication Required',
        headers: ['Proxy-Authenticate: Digest realm="c", nonce="1", qop="auth", algorithm=MD5'],
      },
      { hear: 'ACK' },
      { hear: 'INVITE', matches: ['Proxy-Authorization', 'username="us"'] },
      {
        answer: '407 Proxy Authentication Required',
        headers: ['Proxy-Authenticate: Digest realm="c", nonce="2", qop="auth", algorithm=MD5'],
      },
      { hear: 'ACK' },
    ],
    other: [...taken, ...hungUp],
  },
  {
    number: 26,
    name: 'a carrier answers 302 to a premium number and it is not dialled',
    called: 'near',
    caller: [call, ...heard(503, ackOfRefusal)],
    phone: [
      { hear: 'INVITE' },
      { answer: '302 Moved Temporarily', headers: ['Contact: <sip:0900@127.0.0.99>'] },
      { hear: 'ACK' },
    ],
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
      { hear: 'INVITE', matches: ['Session-Expires', '7200'] },
      { answer: '200 OK', sdp: 'phone', tag: 'again', isRepeated: true },
      { hear: 'ACK' },
      ...hungUp,
    ],
  },
  {
    number: 30,
    name: 'the Q.850 cause of a BYE reaches the caller across the hop',
    called: 'far',
    caller: [
      ...up,
      { hear: 'BYE', matches: ['Reason', 'cause=41'] },
      { answer: '200 OK' },
      { pauseMs: 200 },
    ],
    phone: [...taken, rests, { send: 'BYE', headers: ['Reason: Q.850;cause=41'] }, { hear: 200 }],
  },
  {
    number: 30,
    name: 'the cause of a refused call reaches the caller',
    called: 'near',
    caller: [call, { hear: 100 }, { hear: 486, matches: ['Reason', 'cause=17'] }, ackOfRefusal],
    phone: [
      { hear: 'INVITE' },
      { answer: '486 Busy Here', headers: ['Reason: Q.850;cause=17'] },
      { hear: 'ACK' },
    ],
  },
  {
    number: 31,
    name: 'a fax switches to T.38, is refused, and the voice call goes on',
    called: 'far',
    caller: [...up, { send: 'INVITE', sdp: 't38' }, ...heard(488, ackOfRefusal), rests, ...hangUp],
    phone: [
      ...taken,
      { hear: 'INVITE', matches: ['body', 'udptl'] },
      { answer: '488 Not Acceptable Here' },
      { hear: 'ACK' },
      ...hungUp,
    ],
  },
  {
    number: 31,
    name: 'a fax switches to T.38 and both agree',
    called: 'near',
    caller: [...up, { send: 'INVITE', sdp: 't38' }, ...heard(200, ack), rests, ...hangUp],
    phone: [
      ...taken,
      { hear: 'INVITE', matches: ['body', 'udptl'] },
      { answer: '200 OK', sdp: 't38', isRepeated: true },
      { hear: 'ACK' },
      ...hungUp,
    ],
  },
  {
    number: 38,
    name: 'a caller who withholds his number stays unknown to the phone',
    called: 'near',
    caller: [
      { send: 'INVITE', sdp: 'caller', headers: ['Privacy: id'] },
      ...heard(200, ack),
      rests,
      ...hangUp,
    ],
    phone: [
      { hear: 'INVITE', matches: ['From', 'anonymous'] },
      { answer: '180 Ringing' },
      ...answers,
      ...hungUp,
    ],
  },
];
