import type { ApiResource } from '@tandem/messages';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { smallSetup, WholesaleRig } from '../wholesale-rig.test-support.ts';

async function ask(
  rig: WholesaleRig,
  path: string,
  query: Record<string, string> = {},
  params = {},
) {
  const { answers } = await rig.engine.bus.gather('console.resources', {});
  const resources: ApiResource[] = answers.flatMap(({ answer }) => answer);
  const resource = resources.find((one) => one.method === 'GET' && one.path === path);
  const answer = await resource?.handle({ params, query, body: undefined, actor: 'test' });
  return { status: answer?.status, body: answer?.body as Record<string, unknown> };
}

let rig: WholesaleRig;
beforeAll(async () => {
  rig = await WholesaleRig.open();
  await rig.apply(smallSetup);
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

test('a route test shows the whole decision, handler by handler', async () => {
  const query = { source: '10.1.0.7', called: '+4930123', caller: '12125550100' };
  const { status, body } = await ask(rig, '/route-test', query);
  expect(status).toBe(200);
  expect(JSON.parse(JSON.stringify(body))).toMatchObject({
    outcome: 'route',
    reason: null,
    tenant: 'acme',
    inboundTrunk: 'acme-in',
    called: '4930123',
    versions: { deck: expect.any(Number), profile: expect.any(Number), isNewest: true },
    sell: {
      deck: 'sell-a',
      prefix: '4930',
      rate: '0.200000',
      first: 30,
      next: 6,
      connectFee: '0.010000',
      currency: 'USD',
    },
    groups: [
      [
        {
          trunk: 'carrier-1',
          callto: 'sip/sip:4930123@10.0.0.9:5060;transport=udp',
          buy: { rate: '0.020000' },
          margin: '0.180000',
        },
      ],
      [{ trunk: 'carrier-2' }],
    ],
    candidates: [
      { trunk: 'carrier-1', isTaken: true, reason: 'taken', rate: '0.020000' },
      { trunk: 'carrier-2', isTaken: true },
    ],
    trail: [
      { handler: 'wholesale.redirect', priority: 60, outcome: 'passed' },
      { handler: 'wholesale.tenant', priority: 60, outcome: 'passed' },
      { handler: 'wholesale.rate', priority: 65, outcome: 'passed' },
      { handler: 'wholesale.routes', priority: 70, outcome: 'answered' },
    ],
  });
});

test('a route test goes by what was changed just now, though no hint came', async () => {
  const { database } = rig.database;
  await database.query('alter table rate_decks disable trigger rate_decks_hint');
  await database.query(`update rates set rate = 0.25 where prefix = '4930'`);
  const { body } = await ask(rig, '/route-test', { source: '10.1.0.7', called: '4930123' });
  expect(body).toMatchObject({ sell: { rate: '0.250000' }, versions: { isNewest: true } });
  await database.query(`update rates set rate = 0.2 where prefix = '4930'`);
  await database.query('alter table rate_decks enable trigger rate_decks_hint');
});

test.each([
  [
    { source: '192.0.2.1', called: '49' },
    { outcome: 'refuse', reason: 'unknownsource', status: 403, tenant: null },
  ],
  [
    { source: '10.1.0.7', called: 'bob' },
    { outcome: 'refuse', reason: 'incomplete', status: 484, q850: 28 },
  ],
  [
    { source: '10.1.0.7:5070', called: '33' },
    { outcome: 'refuse', reason: 'norate', status: 403, sell: null },
  ],
])('a refusal says why: %j', async (query, expected) => {
  expect((await ask(rig, '/route-test', query)).body).toMatchObject(expected);
});

test.each([
  [{ called: '49' }, 'source'],
  [{ source: '10.1.0', called: '49' }, 'source'],
  [{ source: '10.1.0.7' }, 'called'],
  [{ source: '10.1.0.7', called: '49', at: 'soon' }, 'at'],
  [{ source: '10.1.0.7', calld: '49' }, 'calld'],
])('a question that makes no sense is refused: %j', async (query, where) => {
  const { status, body } = await ask(rig, '/route-test', query);
  expect([status, body]).toMatchObject([400, { error: { where } }]);
});

test('tenants, trunks, decks and profiles are shown as they are, without secrets', async () => {
  const [, carrier] = smallSetup.trunks;
  await rig.apply({ trunks: [{ ...carrier, username: 'us', password: 'topsecret' }] });
  expect((await ask(rig, '/tenants')).body).toMatchObject({
    tenants: [
      {
        name: 'acme',
        currency: 'USD',
        balance: '0.000000',
        creditLimit: '0.000000',
        available: '0.000000',
        held: '0.000000',
        active: 0,
        deck: 'sell-a',
        profile: 'std',
        trunks: ['acme-in'],
        countries: 'any',
        maxRate: '1.000000',
      },
    ],
  });
  const trunks = await ask(rig, '/trunks');
  expect(JSON.stringify(trunks.body)).not.toContain('topsecret');
  expect((await ask(rig, '/trunks/{name}', {}, { name: 'carrier-1' })).body).toMatchObject({
    hasPassword: true,
    breaker: { failures: 5, codes: [503, 408, 504] },
  });
  const { body } = await ask(rig, '/decks');
  const version = (body['decks'] as { version: number }[])[1]?.version;
  expect(body).toMatchObject({
    decks: [{ name: 'buy-a' }, { name: 'sell-a', rates: 3, versionInForce: version }],
  });
  expect(
    (await ask(rig, '/decks/{name}/rates', { prefix: '49' }, { name: 'sell-a' })).body,
  ).toMatchObject({
    rates: [{ prefix: '49', rate: '0.100000', effectiveAt: 0, endsAt: null }, { prefix: '4930' }],
  });
  expect((await ask(rig, '/profiles')).body).toMatchObject({
    profiles: [
      { name: 'std', order: 'priority', routes: [{ trunk: 'carrier-1' }, { trunk: 'carrier-2' }] },
    ],
  });
  expect((await ask(rig, '/tenants/{name}', {}, { name: 'nobody' })).status).toBe(404);
});
