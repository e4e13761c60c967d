import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SetupFile, smallSetup, WholesaleRig } from '../wholesale-rig.test-support.ts';

test('a set-up is applied whole, and applying it again changes nothing', async () => {
  await using rig = await WholesaleRig.open();
  const planned = await rig.apply(smallSetup, { isPlan: true });
  expect(planned.issues).toEqual([]);
  expect(
    planned.changes.map(({ section, name, action }) => `${action} ${section} ${name}`),
  ).toEqual([
    'create decks sell-a',
    'create decks buy-a',
    'create trunks acme-in',
    'create trunks carrier-1',
    'create trunks carrier-2',
    'create profiles std',
    'create tenants acme',
  ]);
  expect(await rig.database.database.query('select 1 from tenants')).toEqual([]);
  expect((await rig.apply(smallSetup)).changes).toHaveLength(7);
  expect(await rig.apply(smallSetup)).toEqual({ changes: [], issues: [] });
  const audit = await rig.database.database.query<{ actor: string }>('select * from audit');
  expect(audit).toHaveLength(7);
  expect(audit[0]?.actor).toBe('admin@test');
});

test('a plan shows what differs, and neither plan nor audit shows a password', async () => {
  await using rig = await WholesaleRig.open();
  await rig.apply(smallSetup);
  const { changes } = await rig.apply({
    decks: [
      {
        ...smallSetup.decks[0],
        rates: [
          { prefix: '49', rate: '0.12' },
          { prefix: '44', rate: '0.01' },
        ],
      },
    ],
    trunks: [{ ...smallSetup.trunks[1], username: 'acme', password: 'topsecret', maxCalls: 5 }],
  });
  expect(changes).toEqual([
    {
      section: 'decks',
      name: 'sell-a',
      action: 'update',
      before: { rates: '3' },
      after: { rates: '2 (1 new, 1 changed, 2 gone)' },
    },
    {
      section: 'trunks',
      name: 'carrier-1',
      action: 'update',
      before: { maxCalls: null, username: null, password: 'as it is' },
      after: { maxCalls: 5, username: 'acme', password: 'a new one' },
    },
  ]);
  const rows = await rig.database.database.query('select * from audit');
  expect(JSON.stringify(rows)).not.toContain('topsecret');
  const kept = await rig.apply({
    trunks: [{ ...smallSetup.trunks[1], username: 'acme', maxCalls: 6 }],
  });
  expect(kept.changes).toMatchObject([{ before: { maxCalls: 5 }, after: { maxCalls: 6 } }]);
  const [row] = await rig.database.database.query(
    `select password from trunks where name = 'carrier-1'`,
  );
  expect(row).toEqual({ password: 'topsecret' });
});

test('objects that a list does not name stay, unless it is pruned', async () => {
  await using rig = await WholesaleRig.open();
  await rig.apply(smallSetup);
  const other = {
    ...smallSetup,
    tenants: [],
    trunks: [smallSetup.trunks[0]],
    profiles: [],
    decks: [],
  };
  expect((await rig.apply(other)).changes).toEqual([]);
  const { changes, issues } = await rig.apply(other, { prune: true });
  expect(issues).toEqual([]);
  expect(changes.map(({ action, name }) => `${action} ${name}`)).toEqual([
    'delete buy-a',
    'delete sell-a',
    'delete carrier-1',
    'delete carrier-2',
    'delete std',
    'delete acme',
  ]);
  expect(await rig.database.database.query('select name from trunks')).toEqual([
    { name: 'acme-in' },
  ]);
});

test('a tenant with money is not pruned away', async () => {
  await using rig = await WholesaleRig.open();
  await rig.apply(smallSetup);
  await rig.database.database.query('update tenants set balance = 1');
  const { issues } = await rig.apply({ tenants: [] }, { prune: true });
  expect(issues[0]?.message).toContain('has a balance of 1.000000');
});

const [deck, buyDeck] = smallSetup.decks;
const [inbound, carrier] = smallSetup.trunks;
const [profile] = smallSetup.profiles;
const [tenant] = smallSetup.tenants;
const route = profile.routes[0];

describe('a file that is wrong', () => {
  let rig: WholesaleRig;
  beforeAll(async () => {
    rig = await WholesaleRig.open();
  });
  afterAll(async () => {
    await rig[Symbol.asyncDispose]();
  });

  test.each<[string, SetupFile, string, string]>([
    [
      'an unknown deck',
      { trunks: [{ ...carrier, deck: 'buy-b' }] },
      'trunks[0].deck',
      'no deck "buy-b"',
    ],
    [
      'a sell deck for a carrier',
      { decks: [deck], trunks: [{ ...carrier, deck: 'sell-a' }] },
      'trunks[0].deck',
      'buy deck',
    ],
    [
      'a buy deck for a tenant',
      { decks: [buyDeck], tenants: [{ ...tenant, deck: 'buy-a', profile: null, trunks: [] }] },
      'tenants[0].deck',
      'sell deck',
    ],
    [
      'an unknown trunk',
      { profiles: [{ ...profile, routes: [{ trunk: 'carier-1' }] }] },
      'profiles[0].routes[0].trunk',
      'no trunk',
    ],
    [
      'a route out by an inbound trunk',
      { trunks: [inbound], profiles: [{ ...profile, routes: [{ trunk: 'acme-in' }] }] },
      'profiles[0].routes[0].trunk',
      'inbound',
    ],
    [
      'an unknown profile',
      { tenants: [{ ...tenant, deck: null, trunks: [] }] },
      'tenants[0].profile',
      'no profile "std"',
    ],
    [
      'a deck in another currency',
      { decks: [deck], tenants: [{ ...tenant, currency: 'EUR', profile: null, trunks: [] }] },
      'tenants[0].deck',
      'USD',
    ],
    [
      'carriers in another currency',
      {
        ...smallSetup,
        decks: [{ ...deck, currency: 'EUR' }, buyDeck],
        tenants: [{ ...tenant, currency: 'EUR' }],
      },
      'tenants[0].profile',
      'buys in USD',
    ],
    [
      'no such currency',
      { decks: [{ ...deck, currency: 'USX' }] },
      'decks[0].currency',
      'ISO 4217',
    ],
    [
      'a negative rate',
      { decks: [{ ...deck, rates: [{ prefix: '1', rate: '-0.1' }] }] },
      'decks[0].rates[0].rate',
      'not negative',
    ],
    [
      'a rate as a number',
      { decks: [{ ...deck, rates: [{ prefix: '1', rate: 0.1 }] }] },
      'decks[0].rates[0].rate',
      'quotes',
    ],
    [
      'an absurd rate',
      { decks: [{ ...deck, rates: [{ prefix: '1', rate: '101' }] }] },
      'decks[0].rates[0].rate',
      'absurd',
    ],
    [
      'seven decimals',
      { decks: [{ ...deck, rates: [{ prefix: '1', rate: '0.1234567' }] }] },
      'decks[0].rates[0].rate',
      'money',
    ],
    [
      'a prefix with a plus',
      { decks: [{ ...deck, rates: [{ prefix: '+1', rate: '0.1' }] }] },
      'decks[0].rates[0].prefix',
      'digits',
    ],
    [
      'the same rate twice',
      {
        decks: [
          {
            ...deck,
            rates: [
              { prefix: '1', rate: '0.1' },
              { prefix: '1', rate: '0.2' },
            ],
          },
        ],
      },
      'decks[0].rates[1]',
      'at the same time',
    ],
    [
      'overlapping rates',
      {
        decks: [
          {
            ...deck,
            rates: [
              { prefix: '1', rate: '0.1', endsAt: '2027-06-01T00:00:00Z' },
              { prefix: '1', rate: '0.2', effectiveAt: '2027-05-01T00:00:00Z' },
            ],
          },
        ],
      },
      'decks[0].rates[1].effectiveAt',
      'overlap',
    ],
    [
      'an end before the begin',
      { decks: [{ ...deck, rates: [{ prefix: '1', rate: '0.1', endsAt: '1969-06-01' }] }] },
      'decks[0].rates[0].endsAt',
      'before it begins',
    ],
    [
      'an instant without a zone',
      {
        decks: [
          { ...deck, rates: [{ prefix: '1', rate: '0.1', effectiveAt: '2026-01-01T10:00' }] },
        ],
      },
      'decks[0].rates[0].effectiveAt',
      'instant',
    ],
    [
      'increments of nothing',
      { decks: [{ ...deck, rates: [{ prefix: '1', rate: '0.1', next: 0 }] }] },
      'decks[0].rates[0].next',
      '1',
    ],
    [
      'a range with bits behind',
      { trunks: [{ ...inbound, sources: ['10.1.0.1/16'] }] },
      'trunks[0].sources[0]',
      '10.1.0.1/16',
    ],
    [
      'no address',
      { trunks: [{ ...inbound, sources: ['10.1.0.256'] }] },
      'trunks[0].sources[0]',
      '10.1.0.256',
    ],
    [
      'an outbound trunk without address',
      { trunks: [{ name: 'c', direction: 'outbound' }] },
      'trunks[0].address',
      'needs an address',
    ],
    [
      'an inbound trunk of everybody',
      { trunks: [{ name: 'c', direction: 'inbound' }] },
      'trunks[0].sources',
      'needs sources',
    ],
    [
      'an address with a user',
      { trunks: [{ ...carrier, address: 'sip:bob@10.0.0.9' }] },
      'trunks[0].address',
      'user',
    ],
    [
      'a port that is none',
      { trunks: [{ ...carrier, address: 'sip:10.0.0.9:70000' }] },
      'trunks[0].address',
      'port',
    ],
    ['an unknown key', { trunks: [{ ...carrier, adress: 'x' }] }, 'trunks[0]', 'adress'],
    [
      'an unknown zone',
      {
        ...smallSetup,
        profiles: [{ ...profile, routes: [{ ...route, window: { zone: 'Europe/Atlantis' } }] }],
      },
      'profiles[0].routes[0].window.zone',
      'IANA',
    ],
    [
      'no time of day',
      {
        ...smallSetup,
        profiles: [{ ...profile, routes: [{ ...route, window: { zone: 'UTC', from: '25:00' } }] }],
      },
      'profiles[0].routes[0].window.from',
      'time of day',
    ],
    [
      'a rule that would backtrack',
      {
        ...smallSetup,
        profiles: [{ ...profile, routes: [{ ...route, rewriteCalled: 's/(1+)+$/2/' }] }],
      },
      'profiles[0].routes[0].rewriteCalled',
      'backtrack',
    ],
    [
      'no country',
      { ...smallSetup, profiles: [{ ...profile, routes: [{ ...route, country: 'XX' }] }] },
      'profiles[0].routes[0].country',
      'ISO 3166',
    ],
    [
      'countries not given',
      { tenants: [{ name: 'x', currency: 'USD' }] },
      'tenants[0].countries',
      'ISO 3166',
    ],
    [
      'a trunk of two tenants',
      { ...smallSetup, tenants: [tenant, { ...tenant, name: 'other' }] },
      'tenants[0].trunks[0]',
      'belongs to tenant "other"',
    ],
    ['one name twice', { decks: [deck, deck] }, 'decks[1].name', 'twice'],
  ])('%s is refused, with place and reason', async (_, file, path, reason) => {
    const { issues } = await rig.apply(file);
    const found = issues.find((issue) => issue.path === path);
    expect(issues.map((issue) => `${issue.path}: ${issue.message}`)).toContainEqual(
      expect.stringContaining(path),
    );
    expect(found?.message).toContain(reason);
    expect(await rig.database.database.query('select 1 from audit')).toEqual([]);
  });
});

test('a second rate is not slipped in behind calls that were rated; one in force may change', async () => {
  await using rig = await WholesaleRig.open();
  await rig.apply(smallSetup);
  const withRates = (...rates: object[]) => ({ decks: [{ ...deck, rates }] });
  const first = { prefix: '49', rate: '0.10' };
  const backdated = withRates(first, {
    prefix: '49',
    rate: '0.3',
    effectiveAt: '2025-12-01T00:00:00Z',
  });
  expect((await rig.apply(backdated)).issues[0]?.message).toContain('backdated');
  const future = withRates(first, {
    prefix: '49',
    rate: '0.3',
    effectiveAt: '2026-12-01T00:00:00Z',
  });
  expect((await rig.apply(future)).issues).toEqual([]);
  expect((await rig.apply(withRates({ prefix: '49', rate: '0.3' }))).issues).toEqual([]);
});

test('a deck keeps its currency, a tenant the one of its balance', async () => {
  await using rig = await WholesaleRig.open();
  await rig.apply(smallSetup);
  const { issues } = await rig.apply({
    decks: [{ ...deck, currency: 'EUR' }],
    tenants: [{ ...tenant, currency: 'EUR', profile: null }],
  });
  expect(issues.map(({ path }) => path)).toContain('decks[0].currency');
  expect(issues.map(({ path }) => path)).toContain('tenants[0].currency');
});

test('a deck without a list of rates keeps those it has', async () => {
  await using rig = await WholesaleRig.open();
  await rig.apply(smallSetup);
  const { rates, ...header } = deck;
  expect(await rig.apply({ decks: [header] })).toEqual({ changes: [], issues: [] });
  const { changes } = await rig.apply({ decks: [{ ...header, rounding: 'up' }] });
  expect(changes).toMatchObject([{ before: { rounding: 'halfUp' }, after: { rounding: 'up' } }]);
  expect(await rig.database.database.query('select 1 from rates')).toHaveLength(4);
  const turned = rates.toReversed();
  expect(
    (await rig.apply({ decks: [{ ...header, rounding: 'up', rates: turned }] })).changes,
  ).toEqual([]);
});
