import { freePort } from '@tandem/testing';
import { eventually } from '../harness/eventually.ts';
import type { Act } from './act.ts';
import { ack, ackOfRefusal, call, cancelled, hangUp, heard, hungUp, rings } from './phrases.ts';
import { type Place, runScript, startPhone } from './scripted.ts';
import { CALLS_MAX, PHONE, type Stage } from './stage.ts';

/** How long the running calls leave for the others to knock. */
const KNOCK_MS = 2_000;

/** A node that has more to do than it can. */
export const overload: readonly Act[] = [
  {
    number: 40,
    name: 'a node under twice its load refuses new INVITEs, and every ACK, BYE, CANCEL and PRACK of running calls still passes',
    lane: 'node3',
    perform: twiceTheLoad,
  },
];

async function twiceTheLoad(stage: Stage): Promise<void> {
  const node = stage.cluster.node(3);
  const [talking, ringing] = [await phonePlace(), await phonePlace()];
  const talkers = CALLS_MAX - 1;
  const phone = await startPhone(stage, 'talking', talking, TALKING_PHONE, talkers);
  const rung = await startPhone(stage, 'ringing', ringing, [
    ...rings,
    { hear: 'CANCEL' },
    ...cancelled,
  ]);
  const running = Promise.all([
    runScript(stage, 'talkers', numberOf(talking), TALKER, { node, calls: talkers }),
    runScript(stage, 'canceller', numberOf(ringing), CANCELLER, { node }),
  ]);
  await Promise.race([
    running,
    eventually('it is full', async () => (await node.metric('tandem_calls')) === CALLS_MAX),
  ]);
  await runScript(stage, 'knocking', numberOf(ringing), REFUSED, { node, calls: CALLS_MAX });
  await running;
  await Promise.all([phone.ended(), rung.ended()]);
  // With room again it takes calls again.
  const next = await startPhone(stage, 'next', ringing, [
    { hear: 'INVITE' },
    { answer: '486 Busy Here' },
    { hear: 'ACK' },
  ]);
  await runScript(stage, 'again', numberOf(ringing), [call, ...heard(486, ackOfRefusal)], { node });
  await next.ended();
}

const TALKER = [
  { send: 'INVITE', sdp: 'caller', headers: ['Supported: 100rel'] },
  { hear: 100 },
  { hear: 183, matches: [['RSeq', '[0-9]+']] },
  { pauseMs: KNOCK_MS },
  { send: 'PRACK', headers: ['RAck: [$checked] 1 INVITE'] },
  { hear: 200, matches: [['CSeq', 'PRACK']] },
  { hear: 200, matches: [['CSeq', '1 INVITE']] },
  ack,
  { send: 'INVITE', sdp: 'changed' },
  ...heard(200, ack),
  ...hangUp,
] as const;

const TALKING_PHONE = [
  { hear: 'INVITE' },
  { answer: '183 Session Progress', sdp: 'phone', headers: ['Require: 100rel', 'RSeq: 7'] },
  { hear: 'PRACK' },
  { answer: '200 OK' },
  { answer: '200 OK', to: 'INVITE', isRepeated: true },
  { hear: 'ACK' },
  { hear: 'INVITE' },
  { answer: '200 OK', sdp: 'changed', isRepeated: true },
  { hear: 'ACK' },
  ...hungUp,
] as const;

const CANCELLER = [
  call,
  { hear: 100 },
  { hear: 180 },
  { pauseMs: KNOCK_MS },
  { send: 'CANCEL' },
  { hear: 200 },
  { hear: 487 },
  ackOfRefusal,
] as const;

const REFUSED = [
  call,
  { hear: 100, isOptional: true },
  { hear: 503, matches: [['Retry-After', '[1-9]']] },
  ackOfRefusal,
] as const;

async function phonePlace(): Promise<Place> {
  return { localHost: PHONE, localPort: await freePort(PHONE) };
}

function numberOf({ localPort }: Place): string {
  return `near-${localPort}-0-udp`;
}
