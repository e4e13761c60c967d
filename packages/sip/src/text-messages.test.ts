import { type Phone, type SipCluster, SipRig, startCluster } from '@tandem/testing';
import type { HeaderLine, IncomingRequest, SipResponse } from '@tandem/sip-stack';
import { expect, test } from 'vitest';

const PASSED = { sections: { sip: { messages: 'users' } } } as const;

/** What a phone sends as text; its answer. */
function write(phone: Phone, to: string, headers: readonly HeaderLine[] = []) {
  const text = { type: 'text/plain', content: 'lunch?' };
  return phone.request('MESSAGE', `sip:${to}@${phone.server}`, headers, text);
}

/** Every MESSAGE that phone gets, answered with `status`. */
function listen(phone: Phone, status = 200): IncomingRequest[] {
  const heard: IncomingRequest[] = [];
  phone.stack.user = {
    onInvite: (invite) => invite.respond(486),
    onRequest(request) {
      heard.push(request);
      if (status > 0) request.respond(status);
    },
  };
  return heard;
}

async function statusOf(cluster: SipCluster, answer: Promise<SipResponse>): Promise<number> {
  return (await cluster.turnUntil(answer)).status;
}

test('a MESSAGE reaches the phones of a user at whichever node they are', async () => {
  await using cluster = await startCluster(2, PASSED);
  const alice = await cluster.phone('node1', 'alice');
  const here = listen(await cluster.registered('node1', 'bob'), 486);
  const there = listen(await cluster.registered('node2', 'bob'));
  expect(await statusOf(cluster, write(alice, 'bob'))).toBe(200);
  expect([here.length, there.length]).toEqual([1, 1]);
  const { request } = there[0]!;
  expect(request.get('Content-Type')).toBe('text/plain');
  expect(request.body).toBe('lunch?');
  expect(request.to.uriText).toContain('sip:bob@');
  expect(request.from.uriText).toContain('sip:alice@');
  expect(request.get('Max-Forwards')).toBe('69');
});

test.each([
  [486, 486],
  [401, 403],
  [0, 480],
])('a phone that answers %d makes the answer %d', async (said, told) => {
  await using cluster = await startCluster(2, PASSED);
  const alice = await cluster.phone('node1', 'alice');
  listen(await cluster.registered('node2', 'bob'), said);
  expect(await statusOf(cluster, write(alice, 'bob'))).toBe(told);
});

test('nobody writes to strangers, for strangers or in another name', async () => {
  await using cluster = await startCluster(1, PASSED);
  const alice = await cluster.phone('node1', 'alice');
  expect(await statusOf(cluster, write(alice, 'nobody'))).toBe(404);
  expect(await statusOf(cluster, write(alice, 'bob'))).toBe(480);
  const mallory = await cluster.phone('node1', 'mallory', { password: 'x' });
  expect(await statusOf(cluster, write(mallory, 'bob'))).toBe(401);
  const false_ = await cluster.phone('node1', 'carol', {
    username: 'alice',
    password: 'secret-alice',
  });
  expect(await statusOf(cluster, write(false_, 'bob'))).toBe(403);
});

test('a MESSAGE for a phone of a dead node is refused at once', async () => {
  await using cluster = await startCluster(2, PASSED);
  const alice = await cluster.phone('node1', 'alice');
  await cluster.registered('node2', 'bob');
  cluster.kill('node2');
  await cluster.pass(5_000);
  expect(await statusOf(cluster, write(alice, 'bob'))).toBe(480);
});

test('by default messages, subscriptions and publications are refused, with what is there instead', async () => {
  await using rig = await SipRig.start();
  const [alice] = await rig.aliceAndBob();
  const ask = (method: string) => alice.request(method, 'sip:bob@x', [['Event', 'presence']]);
  const message = await ask('MESSAGE');
  expect(message.status).toBe(405);
  expect(message.list('Allow')).not.toContain('MESSAGE');
  for (const method of ['SUBSCRIBE', 'PUBLISH']) {
    const refused = await ask(method);
    expect(refused.status).toBe(489);
    expect(refused.get('Allow-Events')).toBe('refer');
    expect(refused.list('Allow')).toContain('INVITE');
  }
});

test('where there is a server of events, subscriptions are sent there', async () => {
  await using rig = await SipRig.start({ sip: { eventServer: '192.0.2.9:5070' } });
  const [alice] = await rig.aliceAndBob();
  const moved = await alice.request('SUBSCRIBE', 'sip:bob@x', [['Event', 'presence']]);
  expect(moved.status).toBe(302);
  expect(moved.get('Contact')).toBe('<sip:bob@192.0.2.9:5070>');
});
