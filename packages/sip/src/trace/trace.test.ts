import type { ApiResource, TraceLine } from '@tandem/messages';
import { type SipCluster, startCluster } from '@tandem/testing';
import { expect, test } from 'vitest';
import { type NodeTraceLine, renderLadder, summaryOf } from './ladder.ts';
import { maskSecrets } from './mask-secrets.ts';

type Shown = {
  isOpen: boolean;
  dropped: number;
  messages: (NodeTraceLine & { summary: string })[];
};

/** Asks node1's HTTP resource. */
async function api(
  cluster: SipCluster,
  method: ApiResource['method'],
  path: string,
  body?: unknown,
) {
  const { answers } = await cluster.node('node1').engine.bus.gather('console.resources', {});
  const [pathname = '', query = ''] = path.split('?');
  const id = pathname.split('/')[2] ?? '';
  const resource = answers
    .flatMap(({ answer }) => answer)
    .find((each) => each.method === method && each.path === `/traces${id === '' ? '' : '/{id}'}`);
  const params = { id: decodeURIComponent(id) };
  const form = new URLSearchParams(query);
  const request = { params, query: Object.fromEntries(form), body, actor: 'test' };
  return await cluster.turnUntil(resource!.handle(request));
}

async function call(cluster: SipCluster, isTracedLate = false) {
  const alice = await cluster.registered('node1', 'alice');
  const bob = await cluster.registered('node2', 'bob');
  bob.onCall = (incoming) => {
    incoming.ring();
    incoming.answer();
  };
  let id = '';
  const begin = async (wanted: object): Promise<void> => {
    const { status, body } = await api(cluster, 'POST', '/traces', { seconds: 60, ...wanted });
    expect(status).toBe(200);
    id = (body as { id: string }).id;
  };
  if (!isTracedLate) await begin({ number: 'bob' });
  const caller = alice.call('bob');
  await cluster.until('it is up', caller.answered);
  if (isTracedLate) await begin({ call: cluster.node('node1').records[0]!.billid });
  expect(await cluster.turnUntil(caller.sendDigit('7'))).toBe(200);
  expect(await cluster.turnUntil(caller.hangUp())).toBe(200);
  return { alice, bob, id };
}

test('a trace shows a call as it passes both nodes, and nobody can use what it shows', async () => {
  await using cluster = await startCluster(2);
  const { id } = await call(cluster);
  const { body } = await api(cluster, 'GET', `/traces/${id}`);
  const { messages, isOpen, dropped } = body as Shown;
  expect({ isOpen, dropped }).toEqual({ isOpen: true, dropped: 0 });
  const said = messages.map(({ node, direction, summary }) => `${node} ${direction} ${summary}`);
  for (const line of [
    'node1 in INVITE bob +SDP',
    'node1 out 401 Unauthorized (INVITE)',
    'node2 out INVITE bob +SDP',
    'node2 in 200 OK (INVITE)',
    'node1 out 200 OK (INVITE)',
    'node1 in BYE',
  ]) {
    expect(
      said.some((each) => each.startsWith(line)),
      line,
    ).toBe(true);
  }
  const all = messages.map(({ text }) => text).join('\n');
  expect(all).toContain('username="alice"');
  expect(all).not.toContain('response=');
  expect(all).not.toMatch(/Signal=7/);

  const ladder = (await api(cluster, 'DELETE', `/traces/${id}?form=ladder`)).body as string;
  expect(ladder).toContain('──INVITE bob +SDP──');
  expect(ladder.split('\n')[0]).toMatch(/127\.0\.1\.1:5060 +node1 +node2 +127\.0\.1\.2:5060|node2/);
  expect((await api(cluster, 'GET', `/traces/${id}`)).status).toBe(404);
});

test('a call that runs already is followed from there on', async () => {
  await using cluster = await startCluster(2);
  const { id } = await call(cluster, true);
  const { messages } = (await api(cluster, 'DELETE', `/traces/${id}`)).body as Shown;
  const said = messages.map(({ summary }) => summary.replace(/ \S+$/, ''));
  expect(said.some((each) => each.startsWith('INVITE'))).toBe(false);
  expect(messages.map(({ node }) => node)).toEqual(expect.arrayContaining(['node1', 'node2']));
});

test('traces are bounded in number, time and what they ask for', async () => {
  await using cluster = await startCluster(1);
  for (const wanted of [
    {},
    { call: 'x', number: 'y' },
    { address: 'example.com' },
    { number: '1', seconds: 601 },
    { number: '1', seconds: 'x' },
    'nonsense',
  ]) {
    expect((await api(cluster, 'POST', '/traces', wanted)).status).toBe(400);
  }
  const ids: string[] = [];
  for (let count = 0; count < 8; count++) {
    const { body } = await api(cluster, 'POST', '/traces', { address: '127.0.1.1', seconds: 5 });
    ids.push((body as { id: string }).id);
  }
  const more = { address: '127.0.1.1', seconds: 5 };
  expect((await api(cluster, 'POST', '/traces', more)).status).toBe(409);
  await cluster.pass(6_000);
  expect(((await api(cluster, 'GET', `/traces/${ids[0]}`)).body as Shown).isOpen).toBe(false);
  expect((await api(cluster, 'POST', '/traces', more)).status).toBe(200);
  expect((await api(cluster, 'GET', `/traces/${ids[0]}`)).status).toBe(404);
});

test('what proves an identity, opens media or was dialled is masked, all else stays', () => {
  const text = [
    'REGISTER sip:x SIP/2.0',
    'Authorization: Digest username="al", realm="r",',
    '  response="abc", nonce="n"',
    'proxy-authorization : Digest response="abc"',
    'X: Authorization: stays',
    '',
    'a=crypto:1 AES inline:secret',
    'a=rtpmap:0 PCMU/8000',
    'Signal=5',
  ].join('\r\n');
  const masked = maskSecrets(text);
  expect(masked).not.toMatch(/abc|secret|Signal=5/);
  expect(masked).toContain('Authorization: Digest username="al", masked\r\nproxy-auth');
  expect(masked).toContain('X: Authorization: stays');
  expect(masked).toContain('a=rtpmap:0 PCMU/8000');
});

test('a ladder has a column for each end, and hostile text draws nothing else', () => {
  const line = (part: Partial<TraceLine & { node: string }>): NodeTraceLine => ({
    node: 'node1',
    at: 0,
    direction: 'in',
    transport: 'udp',
    local: '192.0.2.1:5060',
    remote: '192.0.2.2:5060',
    callId: 'x',
    text: 'OPTIONS sip:bob@x SIP/2.0\r\n\r\n',
    ...part,
  });
  expect(renderLadder([line({})])).toBe(
    ['192.0.2.2:5060            node1', '│──OPTIONS bob───────────>│  00:00:00.000 udp', ''].join(
      '\n',
    ),
  );
  expect(summaryOf('SIP/2.0 200 \x1b[2J\r\nCSeq: 1 INVITE\r\n\r\n')).toBe('200 ?[2J (INVITE)');
});
