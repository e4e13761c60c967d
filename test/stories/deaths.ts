import { ack, call, heard, hungUp, rests, taken } from './phrases.ts';
import type { Step } from './step.ts';
import type { Story } from './story.ts';

const letGo: readonly Step[] = [
  { hear: 'BYE', matches: [['Reason', '(SIP|Q.850);cause=[0-9]+']] },
  { answer: '200 OK' },
  { pauseMs: 200 },
];

/** Calls that nobody hangs up. */
export const deaths: readonly Story[] = [
  {
    number: 28,
    name: 'the refresher falls silent and the other side ends the call with Reason',
    called: 'far',
    caller: [
      {
        send: 'INVITE',
        sdp: 'caller',
        headers: ['Session-Expires: 6;refresher=uac', 'Supported: timer'],
      },
      { hear: 100, isOptional: true },
      { hear: 180, isOptional: true },
      {
        hear: 200,
        matches: [
          ['Session-Expires', '6;refresher=uac'],
          ['Require', 'timer'],
        ],
      },
      ack,
      { pauseMs: 3_000 },
      ...letGo,
    ],
    // Its own timer is another one, and it is the phone that is to refresh.
    phone: [
      { hear: 'INVITE', matches: [['Supported', 'timer']] },
      { answer: '180 Ringing' },
      {
        answer: '200 OK',
        to: 'INVITE',
        sdp: 'phone',
        headers: ['Session-Expires: 600;refresher=uas', 'Require: timer'],
        isRepeated: true,
      },
      { hear: 'ACK' },
      ...letGo,
    ],
    record: { status: 'answered', reason: 'session-expired', hangupBy: 'engine' },
    // Nothing was heard of the caller since his ACK.
    talkMs: [0, 1_000],
  },
  {
    number: 28,
    name: 'a refresh that we owe is sent to the side that left it to us, and to no other',
    called: 'near',
    caller: [call, ...heard(200, ack), { pauseMs: 3_500 }, ...hungUp],
    phone: [
      { hear: 'INVITE' },
      {
        answer: '200 OK',
        sdp: 'phone',
        headers: ['Session-Expires: 6;refresher=uac'],
        isRepeated: true,
      },
      { hear: 'ACK' },
      { hear: 'INVITE', matches: [['body', 'caller 1 1']] },
      { answer: '200 OK', sdp: 'phone', headers: ['Session-Expires: 6;refresher=uac'] },
      { hear: 'ACK' },
      rests,
      { send: 'BYE' },
      { hear: 200 },
    ],
    record: { status: 'answered', hangupBy: 'callee' },
  },
  {
    number: 29,
    name: 'a dead call without session timers is found by the audit and is billed to the last proof of life',
    called: 'near',
    node: 2,
    caller: [
      call,
      ...heard(200, ack),
      { pauseMs: 800 },
      {
        send: 'INFO',
        body: ['application/dtmf-relay', 'Signal=1\r\nDuration=160\r\n'],
      },
      { hear: 200, matches: [['CSeq', 'INFO']] },
      { hear: 'OPTIONS', isOptional: true },
      { hear: 'BYE', matches: [['Reason', 'Q.850;cause=[0-9]+']] },
      { answer: '200 OK' },
      { pauseMs: 200 },
    ],
    phone: [
      ...taken,
      { hear: 'INFO' },
      { answer: '200 OK' },
      { hear: 'OPTIONS' },
      { answer: '481 Call/Transaction Does Not Exist' },
    ],
    record: { status: 'answered', hangupBy: 'engine' },
    talkMs: [800, 1_800],
  },
];
