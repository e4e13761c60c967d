import { createServer } from 'node:net';
import { createConsolePlugin } from '@tandem/console';
import { Engine, isFault } from '@tandem/engine';
import { MemoryHub } from '@tandem/mesh';
import type { CallSummary } from '@tandem/messages';
import { describe, expect, test } from 'vitest';
import { meet, startNode } from '../test/console-node.ts';

function callOf(id: string, part: Partial<CallSummary> = {}): CallSummary {
  return {
    id,
    node: 'node1',
    state: 'up',
    caller: '1001',
    called: '2002',
    tenant: null,
    inboundTrunk: null,
    outboundTrunk: null,
    startedAt: 1_000,
    answeredAt: 2_000,
    durationMs: 500,
    held: null,
    price: null,
    currency: null,
    legs: [],
    isForwarded: false,
    ...part,
  };
}

const legOf = (id: string, node: string): CallSummary['legs'][number] => ({
  id,
  node,
  direction: 'outgoing',
  driver: 'sip',
  address: '192.0.2.7:5060',
  state: 'up',
});

async function get(url: string, init?: RequestInit): Promise<{ status: number; body: never }> {
  const response = await fetch(url, init);
  return { status: response.status, body: (await response.json()) as never };
}

describe('calls', () => {
  test('a call that crosses two nodes is listed once, with the legs of both', async () => {
    const hub = new MemoryHub();
    const own = callOf('node1-b1-1', { legs: [legOf('sip/node1-b1-1', 'node1')] });
    const carried = callOf('node1-b1-1', {
      node: 'node2',
      isForwarded: true,
      legs: [legOf('sip/node2-b1-9', 'node2')],
    });
    const one = await startNode('node1', {
      hub,
      setup: (scope) => scope.handle('call.list', {}, () => [own]),
    });
    const two = await startNode('node2', {
      hub,
      setup: (scope) => scope.handle('call.list', {}, () => [carried]),
    });
    await meet(one, two);
    for (const { url } of [one, two]) {
      const { body } = await get(`${url}/api/v1/calls`);
      expect(body).toMatchObject({
        total: 1,
        unanswered: [],
        calls: [
          {
            id: 'node1-b1-1',
            node: 'node1',
            tenant: null,
            price: null,
            legs: [{ node: 'node1' }, { node: 'node2' }],
          },
        ],
      });
    }
  });

  test('the page of one call has the trail of all its nodes, in order of time', async () => {
    const hub = new MemoryHub();
    const entry = { handler: 'x', priority: 50, outcome: 'answered', note: null, durationMs: null };
    const told = (node: string, at: number) => ({ ...entry, message: 'call.route', node, at });
    const asked: string[] = [];
    const one = await startNode('node1', {
      hub,
      setup: (scope) =>
        scope.handle('call.list', {}, ({ params }) => {
          asked.push(params.id);
          return [callOf('node1-b1-1', { trail: [told('node1', 1), told('node1', 9)] })];
        }),
    });
    const carried = { node: 'node2', isForwarded: true, trail: [told('node2', 5)] };
    const two = await startNode('node2', {
      hub,
      setup: (scope) => scope.handle('call.list', {}, () => [callOf('node1-b1-1', carried)]),
    });
    await meet(one, two);
    const { body } = await get(`${two.url}/api/v1/calls/node1-b1-1`);
    expect(body).toMatchObject({
      call: { id: 'node1-b1-1', trail: [{ at: 1 }, { node: 'node2', at: 5 }, { at: 9 }] },
    });
    expect(asked).toEqual(['node1-b1-1']);
  });

  test('pages neither repeat nor leave out a call, and a foreign cursor is refused', async () => {
    const calls = Array.from({ length: 25 }, (_, n) =>
      callOf(`node1-b1-${n}`, { startedAt: 1_000 + Math.floor(n / 3) }),
    );
    const { url } = await startNode('node1', {
      setup: (scope) => scope.handle('call.list', {}, () => calls),
    });
    const seen: string[] = [];
    let query = 'limit=10';
    for (let page = 0; page < 3; page++) {
      const { body } = await get(`${url}/api/v1/calls?${query}`);
      const {
        calls: rows,
        nextCursor,
        total,
      } = body as {
        calls: { id: string }[];
        nextCursor?: string;
        total: number;
      };
      expect(total).toBe(25);
      seen.push(...rows.map(({ id }) => id));
      query = `limit=10&cursor=${nextCursor ?? ''}`;
      expect(nextCursor === undefined).toBe(page === 2);
    }
    expect(new Set(seen).size).toBe(25);
    const { status, body } = await get(`${url}/api/v1/calls?cursor=xx`);
    expect({ status, body }).toMatchObject({ status: 400, body: { error: { where: 'cursor' } } });
  });

  test('a misspelt filter is refused with a guess, never ignored', async () => {
    const { url } = await startNode('node1');
    const { status, body } = await get(`${url}/api/v1/calls?tenat=acme`);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: { code: 'QUERY_UNKNOWN', where: 'tenat', hint: 'did you mean "tenant"?' },
    });
  });

  test('filters choose by tenant, state, numbers and trunk', async () => {
    const { url } = await startNode('node1', {
      setup: (scope) =>
        scope.handle('call.list', {}, () => [
          callOf('node1-b1-1', { tenant: 'acme', caller: '4912', outboundTrunk: 'c1' }),
          callOf('node1-b1-2', { state: 'ringing' }),
        ]),
    });
    for (const query of ['tenant=acme', 'caller=49', 'trunk=c1', 'state=up']) {
      const { body } = await get(`${url}/api/v1/calls?${query}`);
      expect(body, query).toMatchObject({ total: 1, calls: [{ id: 'node1-b1-1' }] });
    }
  });

  test('a call is hung up at the node that its id names, with the reason', async () => {
    const hub = new MemoryHub();
    const heard: unknown[] = [];
    const one = await startNode('node1', { hub });
    const two = await startNode('node2', {
      hub,
      setup: (scope) =>
        scope.handle('call.drop', {}, ({ params }) => {
          heard.push(params);
          return params.id === 'node2-b1-7' ? { dropped: true as const } : undefined;
        }),
    });
    await meet(one, two);
    const { url } = one;
    const target = `${url}/api/v1/calls/node2-b1-7?reason=fraud`;
    expect(await get(target, { method: 'DELETE' })).toMatchObject({
      status: 200,
      body: { dropped: true, node: 'node2' },
    });
    expect(heard).toEqual([{ id: 'node2-b1-7', reason: 'fraud', by: 'operator' }]);
    for (const id of ['node2-b1-8', 'node9-b1-1', 'nonsense', '%2e%2e%2f', 'x'.repeat(300)]) {
      const { status } = await get(`${url}/api/v1/calls/${id}`, { method: 'DELETE' });
      expect(status, id).toBe(404);
    }
  });

  test('a call of a dead node is not to be hung up, and the answer says so', async () => {
    const hub = new MemoryHub();
    const { url, mesh } = await startNode('node1', { hub });
    const two = await startNode('node2', { hub });
    await expect.poll(() => mesh.membership.find('node2')?.state).toBe('up');
    await two.stop();
    await expect.poll(() => mesh.membership.find('node2')?.state).toBe('dead');
    const { status, body } = await get(`${url}/api/v1/calls/node2-b1-7`, { method: 'DELETE' });
    expect(status).toBe(410);
    expect(body).toMatchObject({ error: { code: 'NODE_DEAD' } });
    const nodes = await get(`${url}/api/v1/nodes`);
    expect(nodes.body).toMatchObject({
      askedNode: 'node1',
      nodes: [{ name: 'node1' }, { name: 'node2', state: 'dead', boot: 'b1' }],
    });
  });

  test('a reason that could break a record is refused', async () => {
    const { url } = await startNode('node1');
    const body = JSON.stringify({ reason: 'x\r\nVia: evil' });
    const headers = { 'content-type': 'application/json' };
    const answer = await get(`${url}/api/v1/calls/node1-b1-1`, { method: 'DELETE', body, headers });
    expect(answer.status).toBe(400);
  });
});

describe('access', () => {
  const tokens = { listen: '127.0.0.1:0', token: 'A', billingToken: 'B', readToken: 'R' };

  test('tokens have roles: none 401, too little 403, enough passes', async () => {
    const { url } = await startNode('node1', { section: tokens });
    const status = async (path: string, token?: string, method = 'GET'): Promise<number> => {
      const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` };
      const response = await fetch(`${url}${path}`, { method, ...(headers && { headers }) });
      return response.status;
    };
    expect(await status('/healthz')).toBe(200);
    expect(await status('/api/v1/calls')).toBe(401);
    expect(await status('/metrics')).toBe(401);
    expect(await status('/api/v1/nowhere')).toBe(401);
    expect(await status('/api/v1/calls', 'X')).toBe(401);
    expect(await status('/api/v1/calls', 'R')).toBe(200);
    expect(await status('/metrics', 'R')).toBe(200);
    expect(await status('/api/v1/calls/node1-b1-1', 'R', 'DELETE')).toBe(403);
    expect(await status('/api/v1/calls/node1-b1-1', 'B', 'DELETE')).toBe(403);
    expect(await status('/api/v1/calls/node1-b1-1', 'A', 'DELETE')).toBe(404);
  });

  test('who may not act cannot make the node read a body', async () => {
    const { url } = await startNode('node1', {
      section: tokens,
      setup: (scope) =>
        scope.handle('console.resources', {}, () => [
          {
            method: 'POST',
            path: '/load',
            role: 'admin',
            summary: 'Takes a load.',
            handle: async () => ({ status: 200, body: {} }),
          },
        ]),
    });
    const body = JSON.stringify('x'.repeat(1_000_000));
    const headers = { 'content-type': 'application/json' };
    const refused = await fetch(`${url}/api/v1/load`, { method: 'POST', body, headers });
    expect(refused.status).toBe(401);
    const admin = { ...headers, authorization: 'Bearer A' };
    const big = JSON.stringify('x'.repeat(17 * 1_048_576));
    const tooBig = await fetch(`${url}/api/v1/load`, { method: 'POST', body: big, headers: admin });
    expect(tooBig.status).toBe(413);
    const noJson = { method: 'POST', body: '{', headers: admin };
    expect((await fetch(`${url}/api/v1/load`, noJson)).status).toBe(400);
    const text = { ...admin, 'content-type': 'text/plain' };
    expect(
      (await fetch(`${url}/api/v1/load`, { method: 'POST', body, headers: text })).status,
    ).toBe(415);
  });

  test('without a token anything but loopback is refused, at the place', async () => {
    const engine = new Engine({ node: 'node1' });
    const { mesh } = await startNode('node2');
    const plugin = createConsolePlugin({
      membership: mesh.membership,
      version: '0',
      remedyOf: () => undefined,
    });
    const fault: unknown = await engine
      .install(plugin, { listen: '0.0.0.0:0' })
      .catch((thrown: unknown) => thrown);
    expect(isFault(fault, 'CONFIG_INVALID') && fault.message).toContain(
      '[console] listen: expected a loopback address, or a token beside it',
    );
  });

  test('a web page from elsewhere reaches an open console neither by a foreign name nor blindly', async () => {
    const { url } = await startNode('node1');
    const port = new URL(url).port;
    const withHeaders = async (headers: Record<string, string>): Promise<number> => {
      const { request } = await import('node:http');
      return await new Promise((resolve, reject) => {
        request(`${url}/api/v1/calls`, { headers }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        })
          .on('error', reject)
          .end();
      });
    };
    expect(await withHeaders({ host: `evil.example:${port}` })).toBe(403);
    expect(await withHeaders({ host: `127.0.0.1.evil.example:${port}` })).toBe(403);
    expect(await withHeaders({ origin: 'http://evil.example' })).toBe(403);
    expect(await withHeaders({ origin: 'null' })).toBe(403);
    expect(await withHeaders({ host: `localhost:${port}` })).toBe(200);
    expect(await withHeaders({ origin: url })).toBe(200);
  });

  test('a reload changes tokens and keeps the socket', async () => {
    const { url, engine } = await startNode('node1');
    expect((await fetch(`${url}/api/v1/calls`)).status).toBe(200);
    await engine.reload('console', { listen: '127.0.0.1:0', token: 'new' });
    expect((await fetch(`${url}/api/v1/calls`)).status).toBe(401);
    const headers = { authorization: 'Bearer new' };
    expect((await fetch(`${url}/api/v1/calls`, { headers })).status).toBe(200);
  });
});

describe('the rest', () => {
  test('an explicit port that is taken is a fault', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as { port: number };
    const started = startNode('node1', { section: { listen: `127.0.0.1:${port}` } });
    const fault: unknown = await started.catch((thrown: unknown) => thrown);
    blocker.close();
    expect(isFault(fault, 'CONSOLE_ADDRESS_TAKEN')).toBe(true);
  });

  test('two consoles without a port of their own get one each', async () => {
    const one = await startNode('node1', { section: {} });
    const two = await startNode('node2', { section: {} });
    expect(one.url).not.toBe(two.url);
    expect((await get(`${two.url}/healthz`)).body).toMatchObject({ node: 'node2' });
  });

  test('a node is ready only while it is up and has database and NATS', async () => {
    let state: 'starting' | 'up' = 'starting';
    let database: 'up' | 'down' = 'down';
    const { url } = await startNode('node1', {
      setup: (scope) => scope.handle('node.status', {}, () => ({ state, database })),
    });
    const first = await get(`${url}/readyz`);
    expect(first).toMatchObject({
      status: 503,
      body: { reasons: ['the node is starting', 'the database cannot be reached'] },
    });
    state = 'up';
    database = 'up';
    expect((await get(`${url}/readyz`)).status).toBe(200);
  });

  test('an answer that comes line by line ends where nobody reads on', async () => {
    let [sent, isEnded] = [0, false];
    async function* lines(): AsyncGenerator<object, void> {
      try {
        for (;;) {
          yield { line: ++sent };
          await new Promise((resolve) => void setTimeout(resolve, 5));
        }
      } finally {
        isEnded = true;
      }
    }
    const { url } = await startNode('node1', {
      setup: (scope) =>
        scope.handle('console.resources', {}, () => [
          {
            method: 'POST',
            path: '/long',
            role: 'read',
            summary: 'Takes long.',
            handle: async () => ({ status: 200, body: undefined, lines: lines() }),
          },
        ]),
    });
    const leaving = new AbortController();
    const { signal } = leaving;
    const response = await fetch(`${url}/api/v1/long`, { method: 'POST', signal });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const { value } = await response.body!.getReader().read();
    expect(Buffer.from(value!).toString()).toMatch(/^\{"line":1\}\n/);
    leaving.abort();
    await expect.poll(() => isEnded).toBe(true);
  });

  test('resources of plugins are served, documented, and their bugs tell strangers nothing', async () => {
    const { url } = await startNode('node1', {
      setup: (scope) =>
        scope.handle('console.resources', {}, () => [
          {
            method: 'GET',
            path: '/greetings/{name}',
            role: 'read',
            summary: 'Greets.',
            handle: async ({ params, query }) => ({ status: 200, body: { params, query } }),
          },
          {
            method: 'GET',
            path: '/broken',
            role: 'read',
            summary: 'Breaks.',
            handle: async () => {
              throw new Error('secret detail');
            },
          },
        ]),
    });
    const { body } = await get(`${url}/api/v1/greetings/J%C3%BCrgen?a=1`);
    expect(body).toEqual({ params: { name: 'Jürgen' }, query: { a: '1' } });
    const broken = await get(`${url}/api/v1/broken`);
    expect(broken.status).toBe(500);
    expect(JSON.stringify(broken.body)).not.toContain('secret');
    const page = await get(`${url}/api/v1/openapi.json`);
    expect(Object.keys((page.body as { paths: object }).paths)).toEqual(
      expect.arrayContaining(['/nodes', '/calls', '/calls/{id}', '/greetings/{name}']),
    );
    expect((await get(`${url}/api/v1/nodes`, { method: 'DELETE' })).status).toBe(405);
    expect((await get(`${url}/api/v1/nowhere`)).status).toBe(404);
  });

  test('metrics count messages by result, and show what packages read from their meters', async () => {
    const { url, engine } = await startNode('node1', {
      setup: (scope) =>
        scope.handle('metrics.collect', {}, () => [
          {
            name: 'tandem_legs',
            help: 'Legs.',
            kind: 'gauge',
            value: 3,
            labels: { driver: 'sip' },
          },
          { name: 'tandem_seen_total', help: 'Seen.', kind: 'counter', value: 7 },
          { name: 'not a name', help: '', kind: 'gauge', value: 1 },
        ]),
    });
    await engine.bus.ask('call.drop', { id: 'x', reason: 'r', by: 'engine' });
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('tandem_info{version="0.1.0",node="node1"} 1');
    expect(text).toContain('tandem_messages_total{message="call.drop",result="unanswered"} 1');
    expect(text).toContain('tandem_legs{driver="sip"} 3');
    expect(text).toContain('tandem_seen_total 7');
    expect(text).not.toContain('not a name');
  });
});
