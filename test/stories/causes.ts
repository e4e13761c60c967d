import {
  ack,
  ackOfRefusal,
  call,
  cancelled,
  hangUp,
  heard,
  hungUp,
  rests,
  rings,
  taken,
  up,
} from './phrases.ts';
import type { Story } from './story.ts';

/** Why a call ended, and who its caller is. */
export const causes: readonly Story[] = [
  {
    number: 30,
    name: 'the Q.850 cause of a BYE reaches the caller across the hop',
    called: 'far',
    caller: [
      ...up,
      { hear: 'BYE', matches: [['Reason', 'cause=41']] },
      { answer: '200 OK' },
      { pauseMs: 200 },
    ],
    phone: [...taken, rests, { send: 'BYE', headers: ['Reason: Q.850;cause=41'] }, { hear: 200 }],
    record: { q850: 41, hangupBy: 'callee' },
  },
  {
    number: 30,
    name: 'the cause of a CANCEL reaches the phone across the hop',
    called: 'far',
    caller: [
      call,
      { hear: 100 },
      { hear: 180 },
      { send: 'CANCEL', headers: ['Reason: Q.850;cause=26'] },
      { hear: 200, matches: [['CSeq', '1 CANCEL']] },
      { hear: 487 },
      ackOfRefusal,
    ],
    phone: [...rings, { hear: 'CANCEL', matches: [['Reason', 'cause=26']] }, ...cancelled],
    record: { talkMs: 0, hangupBy: 'caller' },
  },
  ...(['near', 'far'] as const).map((called): Story => ({
    number: 30,
    name: `the cause of a refused call reaches the caller (${called})`,
    called,
    caller: [call, { hear: 100 }, { hear: 486, matches: [['Reason', 'cause=17']] }, ackOfRefusal],
    phone: [
      { hear: 'INVITE' },
      { answer: '486 Busy Here', headers: ['Reason: Q.850;cause=17'] },
      { hear: 'ACK' },
    ],
    record: { sipCode: 486, q850: 17 },
  })),
  {
    number: 38,
    name: 'a caller who withholds his number stays unknown to the phone and known to the trusted carrier',
    called: 'known',
    caller: [
      { send: 'INVITE', sdp: 'caller', headers: ['Privacy: id'] },
      ...heard(200, ack),
      rests,
      ...hangUp,
    ],
    phone: [
      {
        hear: 'INVITE',
        matches: [['From', 'sip:anonymous@anonymous.invalid']],
        lacks: ['P-Asserted-Identity', 'P-Preferred-Identity', 'Remote-Party-ID'],
      },
      { answer: '503 Service Unavailable' },
      { hear: 'ACK' },
    ],
    other: [
      {
        hear: 'INVITE',
        matches: [
          ['From', 'sip:anonymous@anonymous.invalid'],
          ['P-Asserted-Identity', 'sip:story@'],
          ['Privacy', 'id'],
        ],
      },
      { answer: '200 OK', sdp: 'phone', isRepeated: true },
      { hear: 'ACK' },
      ...hungUp,
    ],
    record: { status: 'answered' },
  },
];
