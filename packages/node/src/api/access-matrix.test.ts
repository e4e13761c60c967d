import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, type LogFields, silentLog } from '@tandem/engine';
import { openTestDatabase, type TestDatabase } from '@tandem/store/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSettings } from '../node/settings.ts';
import { TandemNode } from '../node/tandem-node.ts';

/*
 * Who may do what, over every route that a whole node has. The table of routes is the node's own,
 * so a new route is tested at once: what changes something is never for those who only read.
 */

const TOKENS = { admin: 'token-admin', billing: 'token-billing', read: 'token-read' } as const;
type Role = keyof typeof TOKENS;
const RANK: Readonly<Record<Role, number>> = { read: 1, billing: 2, admin: 3 };

/** Some routes and who was meant to use them. */
const MEANT: Readonly<Record<string, Role>> = {
  'DELETE /calls/{id}': 'admin',
  'POST /apply': 'admin',
  'POST /decks/{name}/import': 'admin',
  'POST /decks/{name}/rollback': 'admin',
  'POST /drain': 'admin',
  'POST /reload': 'admin',
  'POST /tenants/{tenant}/recharges': 'billing',
  'PUT /tenants/{tenant}/billing-policy': 'billing',
};

/** Routes that take a body and change nothing: a question too long for an address. */
const QUESTIONS = ['POST /route-test'];

interface Route {
  readonly method: string;
  readonly path: string;
  readonly role: string;
}

const lines: (LogFields & { readonly text: string })[] = [];
const keep = (text: string, fields: LogFields = {}): void => void lines.push({ ...fields, text });
const log: Log = { ...silentLog, info: keep, warn: keep, with: () => log };

let database: TestDatabase;
let node: TandemNode;
let routes: readonly Route[];

beforeAll(async () => {
  process.chdir(mkdtempSync(join(tmpdir(), 'tandem-access-')));
  database = await openTestDatabase();
  const source = {
    node: 'n1',
    overrides: [
      `database.url=${database.url}`,
      'sip.listen=udp:127.0.0.1:0',
      'console.listen=127.0.0.1:0',
      `console.token=${TOKENS.admin}`,
      `console.billingToken=${TOKENS.billing}`,
      `console.readToken=${TOKENS.read}`,
    ],
  };
  const { settings } = await readSettings(source);
  node = await TandemNode.start({ settings: settings!, source, version: '0.1.0', log });
  const described = await ask('GET', '/openapi.json', TOKENS.read);
  const { paths } = (await described.json()) as {
    paths: Record<string, Record<string, { 'x-role'?: string }>>;
  };
  routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      role: operation['x-role'] ?? 'public',
    })),
  );
});

afterAll(async () => {
  await node?.stop();
  await database?.[Symbol.asyncDispose]();
});

/** Asks for a route with a body that none of them takes, so that nothing is done. */
async function ask(method: string, path: string, token?: string): Promise<Response> {
  const url = `${node.consoleUrl}/api/v1${path.replaceAll(/\{\w+\}/g, 'nobody')}`;
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  const body = method === 'GET' ? undefined : JSON.stringify({ nonsense: 1 });
  return await fetch(url, { method, headers, ...(body !== undefined && { body }) });
}

describe('every route of a node', () => {
  test('is for those who are meant: no write for those who only read, nothing for everybody', () => {
    expect(routes.length).toBeGreaterThan(15);
    const roles = new Map(routes.map(({ method, path, role }) => [`${method} ${path}`, role]));
    expect(Object.fromEntries(roles)).toMatchObject(MEANT);
    const open = [...roles].filter(([, role]) => !Object.hasOwn(RANK, role));
    expect(open).toEqual([]);
    const weak = [...roles].filter(
      ([route, role]) => role === 'read' && !route.startsWith('GET ') && !QUESTIONS.includes(route),
    );
    expect(weak).toEqual([]);
  });

  test('answers 401 without a token and 403 to a token of too small a role', async () => {
    for (const { method, path, role } of routes) {
      const what = `${method} ${path}`;
      expect((await ask(method, path)).status, `${what} without a token`).toBe(401);
      for (const [holder, token] of Object.entries(TOKENS) as [Role, string][]) {
        const { status } = await ask(method, path, token);
        const isEnough = RANK[holder] >= RANK[role as Role];
        const seen = status === 403 ? 'forbidden' : status === 401 ? 'unknown' : 'passes';
        expect(seen, `${what} with the ${holder} token`).toBe(isEnough ? 'passes' : 'forbidden');
      }
    }
    expect(node.state).toBe('up');
  });

  test('is refused to a token that is nobody’s, and to somebody who guesses', async () => {
    const statuses: number[] = [];
    let last: Response;
    do {
      last = await ask('GET', '/calls', `guess-${statuses.length}`);
      statuses.push(last.status);
    } while (last.status !== 429 && statuses.length < 100);
    expect(statuses.slice(0, 9)).toEqual(Array(9).fill(401));
    expect(last.status).toBe(429);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    // Those who have signed in from here before go on.
    expect((await ask('GET', '/calls', TOKENS.read)).status).toBe(200);
  });
});

test('what is not in the table is for nobody without a token either', async () => {
  for (const path of ['/metrics', '/api/v1/events', '/api/v1/nothing', '/nothing', '/api/v1']) {
    expect((await fetch(`${node.consoleUrl}${path}`)).status, path).toBe(401);
  }
  for (const path of ['/', '/healthz', '/readyz']) {
    expect((await fetch(`${node.consoleUrl}${path}`)).status, path).toBe(200);
  }
});

test('every write and every refusal is written down: who, from where, what, and how it ended', async () => {
  lines.length = 0;
  await ask('DELETE', '/calls/{id}', TOKENS.admin);
  await ask('DELETE', '/calls/{id}', TOKENS.read);
  await ask('POST', '/reload');
  await ask('GET', '/calls', TOKENS.read);
  const audited = (): unknown[] => lines.filter((line) => line['audit'] !== undefined);
  await expect.poll(() => audited().length).toBe(3);
  const path = '/api/v1/calls/nobody';
  const address = '127.0.0.1';
  expect(audited()).toMatchObject([
    { audit: 'write', actor: 'admin@127.0.0.1', address, method: 'DELETE', path, status: 404 },
    { audit: 'refused', actor: 'read@127.0.0.1', address, method: 'DELETE', path, status: 403 },
    { audit: 'refused', actor: 'nobody@127.0.0.1', method: 'POST', status: 401 },
  ]);
  expect(JSON.stringify(lines)).not.toContain('token-');
});
