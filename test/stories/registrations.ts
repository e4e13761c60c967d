import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { freePort } from '@tandem/testing';
import { eventually } from '../harness/eventually.ts';
import type { NodeProcess } from '../harness/node-process.ts';
import type { Act } from './act.ts';
import { ack, hangUp, heard, hungUp, rests, rings, up } from './phrases.ts';
import {
  bothEnd,
  type Place,
  register,
  runScript,
  startPhone,
  startRegistering,
} from './scripted.ts';
import { PHONE, type Stage } from './stage.ts';

/** Where nobody is. */
const BEHIND_NAT = '<sip:bob@192.168.1.9:5071>';
const KEEP_ALIVES = ['\r\n\r\n', '\0\0\0\0', '\r\n', ''];
const KEEP_ALIVES_EACH = 20;
/** Until it is disposed of. */
const STAY_MS = 60_000;

/** Phones that register with SIPp, move, are stolen from, and are behind NAT. */
export const registrations: readonly Act[] = [
  {
    number: 19,
    name: 'a phone behind NAT on the other node gets re-INVITE, INFO and BYE on its own flow, and keep-alives are not an attack',
    perform: behindNat,
  },
  {
    number: 20,
    name: 'a phone that moved to node2 unregisters there and is gone everywhere, and its old connection removes nothing newer',
    perform: moved,
  },
  {
    number: 35,
    name: 'a REGISTER with less than the minimum gets 423 and Min-Expires, and Contact star with Expires 60 gets 400',
    perform: refused,
  },
  {
    number: 36,
    name: 'one digest is replayed at another node and is refused, and a phone that changes node is asked again',
    perform: replayed,
  },
];

async function behindNat(stage: Stage): Promise<void> {
  const node2 = stage.cluster.node(2);
  const place = await phonePlace();
  await register(node2, 'bob', { place, contact: BEHIND_NAT });
  await keepAlive(node2);
  const contact = { headers: [`Contact: ${BEHIND_NAT}`] };
  const phone = await startPhone(stage, 'behind-nat', place, [
    ...rings.map((step) => ('answer' in step ? { ...step, ...contact } : step)),
    { answer: '200 OK', to: 'INVITE', sdp: 'phone', isRepeated: true, ...contact },
    { hear: 'ACK' },
    { hear: 'INVITE', matches: [['body', 'changed']] },
    { answer: '200 OK', sdp: 'changed', isRepeated: true, ...contact },
    { hear: 'ACK' },
    { hear: 'INFO', matches: [['body', 'Signal=5']] },
    { answer: '200 OK' },
    ...hungUp,
  ]);
  const caller = runScript(stage, 'to-behind-nat', 'bob', [
    ...up,
    { send: 'INVITE', sdp: 'changed' },
    ...heard(200, ack),
    { send: 'INFO', body: ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n'] },
    { hear: 200, matches: [['CSeq', 'INFO']] },
    rests,
    ...hangUp,
  ]);
  await bothEnd(phone, caller);
  for (const name of ['tandem_sip_malformed_total', 'tandem_sip_banned_addresses']) {
    const count = await node2.metric(name);
    if (count > 0) throw new Error(`${name} is ${count}`);
  }
}

async function keepAlive(node: NodeProcess): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => void socket.bind(0, PHONE, resolve));
  const { sipHost, sipPort } = node.place;
  for (let count = 0; count < KEEP_ALIVES_EACH; count++) {
    for (const text of KEEP_ALIVES) socket.send(text, sipPort, sipHost);
  }
  await eventually('the keep-alives are taken for such', async () => {
    const seen = await node.metric('tandem_sip_keepalives_total');
    return seen >= KEEP_ALIVES.length * KEEP_ALIVES_EACH;
  });
  socket.close();
}

async function moved(stage: Stage): Promise<void> {
  const [node1, node2] = [stage.cluster.node(1), stage.cluster.node(2)];
  const instance = '+sip.instance="<urn:uuid:00000000-0000-1000-8000-00000000c0de>"';
  const [old, place] = [await phonePlace(), await phonePlace()];
  const contactOf = ({ localPort }: Place): string =>
    `<sip:carol@${PHONE}:${localPort}>;${instance}`;
  const where = async () =>
    await stage.cluster.database.query<{ location: string }>(
      `select location from registrations where username = 'carol'`,
    );
  const isAt = (node: string) => async (): Promise<boolean> => {
    const rows = await where();
    return (
      rows.length === 1 && rows.every(({ location }) => location.startsWith(`cluster/${node}/`))
    );
  };
  const before = await node1.metric('tandem_sip_connections');
  const byTcp = { place: old, contact: contactOf(old), transport: 't1' } as const;
  await using atHome = await startRegistering(node1, 'carol', byTcp, STAY_MS);
  await eventually('she is at node1', isAt('node1'));
  await register(node2, 'carol', { place, contact: contactOf(place) });
  await eventually('she is at node2 alone', isAt('node2'));
  await atHome[Symbol.asyncDispose]();
  await eventually('node1 has seen that her old connection is gone', async () => {
    return (await node1.metric('tandem_sip_connections')) <= before;
  });
  const phone = await startPhone(stage, 'moved', place, [
    { hear: 'INVITE' },
    { answer: '486 Busy Here' },
    { hear: 'ACK' },
  ]);
  const refusal = { send: 'ACK', isSameBranch: true } as const;
  const call = { send: 'INVITE', sdp: 'caller' } as const;
  await bothEnd(phone, runScript(stage, 'to-moved', 'carol', [call, ...heard(486, refusal)]));
  if (!(await isAt('node2')())) throw new Error('her new registration is gone');
  await register(node2, 'carol', { place, contact: contactOf(place), expires: 0 });
  if ((await where()).length > 0) throw new Error('she is still registered');
  await runScript(stage, 'to-gone', 'carol', [call, ...heard(480, refusal)]);
}

async function refused(stage: Stage): Promise<void> {
  const place = await phonePlace();
  const node = stage.cluster.node(2);
  await register(node, 'dave', { place, contact: `<sip:dave@${PHONE}:${place.localPort}>` });
  await register(node, 'dave', { place, scenario: 'register-refused' });
  const rows = await stage.cluster.database.query(
    `select location from registrations where username = 'dave'`,
  );
  if (rows.length !== 1) throw new Error(`${rows.length} registrations are left`);
}

async function replayed(stage: Stage): Promise<void> {
  const [node1, node2] = [stage.cluster.node(1), stage.cluster.node(2)];
  const [place, thief] = [await phonePlace(), await phonePlace()];
  const contact = `<sip:erin@${PHONE}:${place.localPort}>`;
  const log = path.join(stage.directory, 'erin.log');
  const more = ['-trace_msg', '-message_file', log];
  await register(node1, 'erin', { place, contact, more });
  const proof = /^Authorization: .*$/m.exec(await readFile(log, 'latin1'))?.[0].trim();
  if (proof === undefined) throw new Error('SIPp did not log what it sent');
  const stolen = { place: thief, fields: [proof], contact: `<sip:erin@127.0.0.66>` } as const;
  await register(node2, 'erin', { ...stolen, scenario: 'register-replayed' });
  await register(node1, 'erin', { ...stolen, scenario: 'register-replayed' });
  await register(node2, 'erin', {
    place,
    contact,
    fields: [proof],
    scenario: 'register-moved',
  });
  const rows = await stage.cluster.database.query<{ location: string }>(
    `select location from registrations where username = 'erin'`,
  );
  if (rows.length !== 1 || !rows.every(({ location }) => location.startsWith('cluster/node2/'))) {
    throw new Error(`registered as ${JSON.stringify(rows)}`);
  }
}

async function phonePlace(): Promise<Place> {
  return { localHost: PHONE, localPort: await freePort(PHONE) };
}
