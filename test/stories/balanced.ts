import { ack, ackOfRefusal, hangUp, heard, hungUp, rests } from './phrases.ts';
import { bothEnd, type Ground, type Place, runScript, startPhone } from './scripted.ts';
import { CALLER, OTHER_PHONE } from './stage.ts';
import type { Match, Step } from './step.ts';

/**
 * A call through a load balancer, changed from both sides: everything within it passes the load
 * balancer, either way, and so its Record-Route is kept. Throws with what went wrong.
 */
export async function callThrough(
  ground: Ground,
  balancer: string,
  called: string,
  place: Place,
  isHungUpByPhone: boolean,
): Promise<void> {
  const passed: Match = ['Via', `${balancer}:`];
  const change = (sdp: string): readonly Step[] => [{ send: 'INVITE', sdp }, ...heard(200, ack)];
  const changed = (sdp: string): readonly Step[] => [
    { hear: 'INVITE', matches: [passed, ['body', sdp]] },
    { answer: '200 OK', sdp, isRepeated: true },
    { hear: 'ACK', matches: [passed] },
  ];
  const leaves = [rests, ...hangUp];
  const [mine, theirs] = isHungUpByPhone ? [hungUp, leaves] : [leaves, hungUp];
  const phone = await startPhone(ground, `through-${called}-${isHungUpByPhone}`, place, [
    { hear: 'INVITE', matches: [passed, ['Record-Route', balancer]] },
    { answer: '180 Ringing' },
    { answer: '200 OK', to: 'INVITE', sdp: 'phone', isRepeated: true },
    { hear: 'ACK', matches: [passed] },
    ...changed('changed'),
    { pauseMs: 200 },
    ...change('again'),
    ...theirs,
  ]);
  const caller = runScript(ground, `through-${called}-${isHungUpByPhone}-caller`, called, [
    { send: 'INVITE', sdp: 'caller' },
    { hear: 100, isOptional: true },
    { hear: 180, isOptional: true },
    { hear: 200, matches: [['Record-Route', balancer]] },
    ack,
    { pauseMs: 200 },
    ...change('changed'),
    ...changed('again'),
    ...mine,
  ]);
  await bothEnd(phone, caller);
}

/** Who writes the address of somebody else below his own Via is asked who he is. */
export async function forge(ground: Ground, name: string): Promise<void> {
  const via = `Via: SIP/2.0/UDP ${CALLER}:5060;branch=z9hG4bKforged;received=${CALLER}`;
  await runScript(
    ground,
    name,
    'carol',
    [
      { send: 'INVITE', sdp: 'caller', headers: [via] },
      { hear: 100, isOptional: true },
      { hear: 401, matches: [['WWW-Authenticate', 'Digest']] },
      ackOfRefusal,
    ],
    { host: OTHER_PHONE },
  );
}
