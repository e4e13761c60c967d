import type { Match, Step } from './step.ts';

/** The caller's INVITE. */
export const call: Step = { send: 'INVITE', sdp: 'caller' };

/** The ACK of a 2xx. */
export const ack: Step = { send: 'ACK' };

/** The ACK of a refusal, part of its transaction. */
export const ackOfRefusal: Step = { send: 'ACK', isSameBranch: true };

/** A moment of talk. */
export const rests: Step = { pauseMs: 500 };

/** That answer, with or without provisional ones before it, and what follows. */
export function heard(hear: number, ...rest: readonly Step[]): readonly Step[] {
  return [
    { hear: 100, isOptional: true },
    { hear: 180, isOptional: true },
    { hear: 183, isOptional: true },
    { hear },
    ...rest,
  ];
}

/** BYE, and that the other side took it. */
export const hangUp: readonly Step[] = [{ send: 'BYE' }, { hear: 200, matches: [['CSeq', 'BYE']] }];

/** The other side hangs up; it does so once. */
export const hungUp: readonly Step[] = [{ hear: 'BYE' }, { answer: '200 OK' }, { pauseMs: 200 }];

/** The phone rings. */
export const rings: readonly Step[] = [{ hear: 'INVITE' }, { answer: '180 Ringing' }];

/** The phone that rings answers. */
export const answers: readonly Step[] = [
  { answer: '200 OK', to: 'INVITE', sdp: 'phone', isRepeated: true },
  { hear: 'ACK' },
];

/** A call that is answered and is up, as its caller has it. */
export const up: readonly Step[] = [call, ...heard(200, ack)];

/** The same as the phone has it. */
export const taken: readonly Step[] = [...rings, ...answers];

/** A phone that is let go before it has answered. */
export const cancelled: readonly Step[] = [
  { answer: '200 OK' },
  { answer: '487 Request Terminated', to: 'INVITE' },
  { hear: 'ACK' },
];

/** A request for a password, with that nonce. */
export function challenge(nonce: string): Step {
  const digest = `Digest realm="c", nonce="${nonce}", qop="auth", algorithm=MD5`;
  return {
    answer: '407 Proxy Authentication Required',
    headers: [`Proxy-Authenticate: ${digest}`],
  };
}

/** A request that proves who we are by that nonce. */
export function proven(method: string, nonce: string, ...more: readonly Match[]): Step {
  const matches: readonly Match[] = [
    ['Proxy-Authorization', 'username="us"'],
    ['Proxy-Authorization', `nonce="${nonce}"`],
    ...more,
  ];
  return { hear: method, matches };
}
