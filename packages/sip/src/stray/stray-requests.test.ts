import type { MemoryMessage } from '@tandem/sip-stack';
import { type Phone, type PhoneCall, type SipCluster, startCluster } from '@tandem/testing';
import { expect, test } from 'vitest';
import { tagOwner, tagPrefixOf } from './tag-owner.ts';

/** A call within node1. */
async function connect(cluster: SipCluster): Promise<readonly [PhoneCall, PhoneCall, Phone]> {
  const alice = await cluster.registered('node1', 'alice');
  const bob = await cluster.registered('node1', 'bob');
  const caller = alice.call('bob');
  await cluster.until('bob rings', () => bob.calls.length === 1);
  const callee = bob.calls[0]!;
  callee.answer();
  await cluster.until('both are up', () => caller.answered.isOver && callee.answered.isOver);
  return [caller, callee, alice];
}

/** What a phone sends of these methods to node1 arrives at node2 instead. */
function misdirect(cluster: SipCluster, from: Phone, methods: readonly string[]): MemoryMessage[] {
  const strays: MemoryMessage[] = [];
  const to = cluster.addressOf('node2');
  cluster.wire.passes = ({ from: sender, to: receiver, text }) => {
    const isMeant = sender === from.address && receiver !== to;
    if (!isMeant || !methods.some((method) => text.startsWith(`${method} `))) return true;
    strays.push({ from: sender, to, text });
    cluster.network.send({ from: sender, to, text });
    return false;
  };
  return strays;
}

test('a BYE that arrives at another node ends the call, and is answered by the node it came to', async () => {
  await using cluster = await startCluster(2);
  const [caller, callee, alice] = await connect(cluster);
  const strays = misdirect(cluster, alice, ['BYE']);
  expect(await cluster.turnUntil(caller.hangUp())).toBe(200);
  await cluster.until('bob hears of it', callee.ended);
  expect(strays).toHaveLength(1);
  const answer = cluster.wire.messages.findLast(({ to }) => to === alice.address);
  expect(answer?.from).toBe(cluster.addressOf('node2'));
  expect(await cluster.node('node2').meter('tandem_sip_strays_total', { result: 'passed' })).toBe(
    1,
  );
});

test('a re-INVITE and its ACK find their dialog through another node', async () => {
  await using cluster = await startCluster(2);
  const [caller, callee, alice] = await connect(cluster);
  misdirect(cluster, alice, ['INVITE', 'ACK']);
  expect(await cluster.turnUntil(caller.hold())).toBe(200);
  expect(callee.remoteSdp).toContain('a=sendonly');
  // The ACK came: the 200 is not repeated, and nobody hangs up for want of it.
  await cluster.pass(40_000);
  expect(callee.ended.isOver).toBe(false);
  cluster.wire.passes = () => true;
  expect(await cluster.turnUntil(callee.hangUp())).toBe(200);
  await cluster.until('alice hears of it', caller.ended);
});

test('a request for a dialog of a dead node is answered 481', async () => {
  await using cluster = await startCluster(2);
  const [caller, , alice] = await connect(cluster);
  cluster.kill('node1');
  misdirect(cluster, alice, ['BYE']);
  expect(await cluster.turnUntil(caller.hangUp())).toBe(481);
  const result = 'unreachable';
  expect(await cluster.node('node2').meter('tandem_sip_strays_total', { result })).toBe(1);
});

test('a tag that its node does not know is answered 481, and is not passed on twice', async () => {
  await using cluster = await startCluster(2);
  const heard: string[] = [];
  const place = '127.0.3.1:5060';
  cluster.network.attach(place, ({ text }) => heard.push(text));
  const ask = (tag: string): void => {
    const lines = [
      `INFO sip:x@${cluster.addressOf('node2')} SIP/2.0`,
      `Via: SIP/2.0/UDP ${place};branch=z9hG4bK${tag}`,
      'Max-Forwards: 70',
      'From: <sip:a@x>;tag=1',
      `To: <sip:b@x>;tag=${tag}`,
      `Call-ID: ${tag}`,
      'CSeq: 2 INFO',
      'Content-Length: 0',
    ];
    const text = `${lines.join('\r\n')}\r\n\r\n`;
    cluster.network.send({ from: place, to: cluster.addressOf('node2'), text });
  };
  for (const tag of ['node1-5-0123abcd', 'node7-5-0123abcd', 'nonsense']) ask(tag);
  await cluster.pass(3_000);
  expect(heard).toHaveLength(3);
  for (const text of heard) expect(text).toMatch(/^SIP\/2.0 481 /);
});

test('only a tag as this cluster makes them names a node', () => {
  expect(tagOwner(`${tagPrefixOf('eu-node.1')}5k-0123abcd`)).toBe('eu-node.1');
  expect(tagPrefixOf('node 1*')).toBe('node_1_-');
  for (const tag of [
    '',
    'x',
    'node1-0123abcd',
    'node1-5-0123ABCD',
    `${'n'.repeat(65)}-5-0123abcd`,
  ]) {
    expect(tagOwner(tag)).toBeUndefined();
  }
});
