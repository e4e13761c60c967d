import { definePlugin } from '@tandem/engine';
import { routeTo } from '@tandem/messages';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SetupFile, smallSetup, WholesaleRig } from '../wholesale-rig.test-support.ts';

const [sellDeck, buyDeck] = smallSetup.decks;
const [inbound, carrier1, carrier2] = smallSetup.trunks;
const [profile] = smallSetup.profiles;
const [tenant] = smallSetup.tenants;

/** The small set-up with routes of its own, and other things changed. */
function setupWith(
  routes: readonly object[],
  part: Record<string, unknown> = {},
  over: SetupFile = {},
) {
  return { ...smallSetup, profiles: [{ ...profile, ...part, routes }], ...over } as SetupFile;
}

/** One for all cases: each puts its own set-up in place of the one before. */
let shared: WholesaleRig;
beforeAll(async () => {
  shared = await WholesaleRig.open();
});
afterAll(async () => {
  await shared[Symbol.asyncDispose]();
});

describe('a call of a tenant', () => {
  let rig: WholesaleRig;
  beforeAll(async () => {
    rig = await WholesaleRig.open();
    await rig.apply(smallSetup);
  });
  afterAll(async () => {
    await rig[Symbol.asyncDispose]();
  });

  test('goes to the carriers in order, with frozen terms in its facts', async () => {
    const { answer, calltos, facts } = await rig.route({ called: '+49 (30) 123-456' });
    expect(calltos).toEqual([
      'sip/sip:4930123456@10.0.0.9:5060;transport=udp',
      'sip/sip:4930123456@10.0.0.10',
    ]);
    expect(answer).toMatchObject({
      groups: [
        [{ params: { trunk: 'carrier-1', called: '4930123456', caller: '12125550100' } }],
        [{}],
      ],
    });
    expect(facts).toMatchObject({
      tenant: { name: 'acme', currency: 'USD' },
      inboundTrunk: { name: 'acme-in' },
      calledIn: '+49 (30) 123-456',
      called: '4930123456',
      profile: { name: 'std' },
      sell: {
        deck: 'sell-a',
        prefix: '4930',
        rateMicrosPerMinute: 200_000n,
        firstSeconds: 30,
        nextSeconds: 6,
        connectFeeMicros: 10_000n,
        currency: 'USD',
        rounding: 'halfUp',
      },
    });
    expect(Object.isFrozen(facts?.sell)).toBe(true);
    expect(facts?.buy?.get('carrier-2')?.terms).toMatchObject({
      deck: 'buy-a',
      rateMicrosPerMinute: 20_000n,
    });
  });

  test.each([
    ['bob', 'incomplete'],
    ['', 'incomplete'],
    ['49x', 'incomplete'],
    ['3314', 'norate'],
  ])('to %s is refused: %s', async (called, refused) => {
    expect((await rig.route({ called })).answer).toMatchObject({ refused });
  });

  test('may be dialled with 00 and spaces', async () => {
    expect((await rig.route({ called: '0049 30 1' })).facts?.called).toBe('49301');
  });

  test('from a stranger is nobody’s, and neither rated nor routed', async () => {
    const { answer, facts } = await rig.route({ ip_host: '10.2.0.1' });
    expect([answer, facts]).toEqual([undefined, undefined]);
  });

  test('handed over by a sister is not judged again', async () => {
    expect((await rig.route({ isPeer: true })).facts).toBeUndefined();
  });

  test('is vouched for by its address, and strangers are not', async () => {
    const ask = async (address: string) =>
      await rig.engine.bus.ask('user.auth', {
        protocol: 'sip',
        username: '',
        realm: 'tandem',
        method: 'INVITE',
        address,
      });
    expect(await ask('10.1.2.3:5060')).toMatchObject({ ha1Md5: '', ha1Sha256: '' });
    expect(await ask('[::ffff:10.1.2.3]:5060')).toBeDefined();
    expect(await ask('10.2.0.1:5060')).toBeUndefined();
  });

  test('that is no number may be for somebody behind: an IVR, a user', async () => {
    const ivr = definePlugin({
      name: 'ivr',
      setup: (scope) =>
        scope.handle('call.route', { where: { called: 'welcome' } }, () => routeTo('ivr/welcome')),
    });
    await rig.engine.install(ivr);
    const { calltos, facts } = await rig.route({ called: 'welcome' });
    expect(calltos).toEqual(['ivr/welcome']);
    expect(facts?.sell).toBeUndefined();
  });
});

describe('whose call it is', () => {
  test.each<[string, SetupFile, object, string | undefined]>([
    [
      'the narrower range wins',
      two({ sources: ['10.1.0.0/16'] }, { sources: ['10.1.0.0/24'] }),
      { ip_host: '10.1.0.7' },
      'b',
    ],
    ['an IPv6 range', two({ sources: ['2001:db8::/32'] }, {}), { ip_host: '2001:db8::1' }, 'a'],
    [
      'the longer called prefix',
      two(
        { sources: ['10.1.0.7'], calledPrefix: '9' },
        { sources: ['10.1.0.7'], calledPrefix: '99' },
      ),
      { ip_host: '10.1.0.7', called: '9949301' },
      'b',
    ],
    [
      'a tech prefix that neither has',
      two(
        { sources: ['10.1.0.7'], calledPrefix: '9' },
        { sources: ['10.1.0.7'], calledPrefix: '8' },
      ),
      { ip_host: '10.1.0.7' },
      undefined,
    ],
    [
      'by the caller’s prefix',
      two(
        { sources: ['10.1.0.7'], callerPrefix: '1' },
        { sources: ['10.1.0.7'], callerPrefix: '2' },
      ),
      { ip_host: '10.1.0.7', caller: '2555' },
      'b',
    ],
    [
      'two tenants that fit equally: nobody',
      two({ sources: ['10.1.0.7'] }, { sources: ['10.1.0.7'] }),
      { ip_host: '10.1.0.7' },
      undefined,
    ],
    [
      'by listener',
      two({ sources: ['10.1.0.7'], listener: 'x' }, { sources: ['10.1.0.7'], listener: 'y' }),
      { ip_host: '10.1.0.7', listener: 'y' },
      'b',
    ],
    ['by digest user', two({}, {}, ['bob']), { ip_host: '192.0.2.99', username: 'bob' }, 'b'],
    [
      'a trunk with a password, by its address alone: nobody',
      two({ sources: ['10.1.0.7'], username: 'pbx', password: 'x' }, {}),
      { ip_host: '10.1.0.7' },
      undefined,
    ],
    [
      'a trunk with a password',
      two({ username: 'pbx', password: 'x' }, {}),
      { ip_host: '192.0.2.99', username: 'pbx' },
      'a',
    ],
    [
      'an inactive trunk',
      two({ sources: ['10.1.0.7'], isActive: false }, {}),
      { ip_host: '10.1.0.7' },
      undefined,
    ],
  ])('%s', async (_, file, call, expected) => {
    const rig = shared;
    expect((await rig.replace(file)).issues).toEqual([]);
    expect((await rig.route(call)).facts?.tenant.name).toBe(expected);
  });

  function two(a: object, b: object, users: string[] = []): SetupFile {
    const base = { direction: 'inbound', sources: ['203.0.113.1'] };
    return {
      ...smallSetup,
      trunks: [
        { name: 'in-a', ...base, ...a },
        { name: 'in-b', ...base, ...b },
        carrier1,
        carrier2,
      ],
      tenants: [
        { ...tenant, name: 'a', trunks: ['in-a'] },
        { ...tenant, name: 'b', trunks: ['in-b'], users },
      ],
    };
  }

  test('prefixes of the trunk are taken away before the rate is looked for', async () => {
    const rig = shared;
    const trunk = { ...inbound, calledPrefix: '1234#', callerPrefix: '77' };
    await rig.replace({ ...smallSetup, trunks: [trunk, carrier1, carrier2] });
    const { facts } = await rig.route({ called: '1234#+4930123', caller: '7712125550100' });
    expect(facts).toMatchObject({
      called: '4930123',
      caller: '12125550100',
      sell: { prefix: '4930' },
    });
  });

  test('a tenant that is not active may not call', async () => {
    const rig = shared;
    await rig.replace({ ...smallSetup, tenants: [{ ...tenant, isActive: false }] });
    expect((await rig.route()).answer).toMatchObject({ refused: 'forbidden' });
  });
});

describe('what a tenant may call', () => {
  test.each<[string, object, string, string | undefined]>([
    ['a country of the list', { countries: ['DE'] }, '4930123456', undefined],
    ['another country', { countries: ['FR'] }, '4930123456', 'forbidden'],
    ['Jamaica is not the United States', { countries: ['US'] }, '18765550100', 'forbidden'],
    ['the United States', { countries: ['US'] }, '12125550100', undefined],
    ['a rate above the tenant’s', { maxRate: '0.15' }, '4930123456', 'forbidden'],
    ['a rate at the tenant’s', { maxRate: '0.20' }, '4930123456', undefined],
    ['no deck', { deck: null }, '4930123456', 'norate'],
    ['no profile', { profile: null }, '4930123456', 'noroute'],
  ])('%s', async (_, part, called, refused) => {
    const rig = shared;
    await rig.replace({ ...smallSetup, tenants: [{ ...tenant, ...part }] });
    const { answer } = await rig.route({ called });
    expect(answer !== undefined && 'refused' in answer ? answer.refused : undefined).toBe(refused);
  });

  test('a rate above 1.00 is refused unless somebody said otherwise', async () => {
    const rig = shared;
    const dear = { ...sellDeck, rates: [{ prefix: '49', rate: '1.5' }] };
    await rig.replace({ ...smallSetup, decks: [dear, buyDeck] });
    expect((await rig.route()).answer).toMatchObject({ refused: 'forbidden' });
    await rig.apply({ tenants: [{ ...tenant, maxRate: 'any' }] });
    expect((await rig.route()).calltos).toHaveLength(2);
  });

  test('rates follow the calendar: next year’s, ended and blocked ones', async () => {
    const rig = shared;
    const rates = [
      { prefix: '49', rate: '0.10' },
      { prefix: '49', rate: '0.30', effectiveAt: '2027-01-01T00:00:00Z' },
      { prefix: '4930', rate: '0.20', endsAt: '2026-06-01T00:00:00Z' },
      { prefix: '4988', isBlocked: true },
    ];
    await rig.replace({ ...smallSetup, decks: [{ ...sellDeck, rates }, buyDeck] });
    const rateAt = async (called: string, at: string) =>
      (await rig.route({ called, at })).facts?.sell?.rateMicrosPerMinute;
    expect(await rateAt('4930111', '2026-05-31T23:59:59Z')).toBe(200_000n);
    expect(await rateAt('4930111', '2026-06-01T00:00:00Z')).toBe(100_000n);
    expect(await rateAt('4930111', '2027-01-01T00:00:00Z')).toBe(300_000n);
    expect((await rig.route({ called: '4988111' })).answer).toMatchObject({ refused: 'norate' });
  });
});

describe('which carriers are tried', () => {
  const both = (one: object, other: object = {}) => [
    { trunk: 'carrier-1', priority: 1, ...one },
    { trunk: 'carrier-2', priority: 1, ...other },
  ];
  const withBuy = (rate1: string | null, rate2: string | null) => ({
    decks: [
      sellDeck,
      { ...buyDeck, name: 'buy-1', rates: rate1 === null ? [] : [{ prefix: '', rate: rate1 }] },
      { ...buyDeck, name: 'buy-2', rates: rate2 === null ? [] : [{ prefix: '', rate: rate2 }] },
    ],
    trunks: [inbound, { ...carrier1, deck: 'buy-1' }, { ...carrier2, deck: 'buy-2' }],
  });

  test.each<[string, SetupFile, object, string[] | string]>([
    ['lower priority first', setupWith(both({ priority: 5 }, { priority: 1 })), {}, ['2', '1']],
    [
      'one attempt only',
      setupWith(both({ priority: 5 }, { priority: 1 }), { maxAttempts: 1 }),
      {},
      ['2'],
    ],
    ['by called prefix', setupWith(both({ calledPrefix: '44' })), {}, ['2']],
    ['by caller prefix', setupWith(both({ callerPrefix: '44' })), {}, ['2']],
    ['by country', setupWith(both({ country: 'de' }, { country: 'FR' })), {}, ['1']],
    [
      'by the caller’s country',
      setupWith(both({ callerCountry: 'GB' }, { callerCountry: 'US' })),
      {},
      ['2'],
    ],
    [
      'by time window',
      setupWith(
        both({ priority: 0, window: { zone: 'Europe/Berlin', from: '08:00', to: '09:00' } }),
      ),
      { at: '2026-07-01T06:30:00Z' },
      ['1', '2'],
    ],
    [
      'outside the time window',
      setupWith(both({ window: { zone: 'Europe/Berlin', start: '08:00', end: '09:00' } })),
      { at: '2026-07-01T08:30:00Z' },
      ['2'],
    ],
    ['inactive routes are left out', setupWith(both({ isActive: false })), {}, ['2']],
    [
      'inactive trunks are left out',
      setupWith(both({}), {}, { trunks: [inbound, { ...carrier1, isActive: false }, carrier2] }),
      {},
      ['2'],
    ],
    [
      'weight 0 comes after all others',
      setupWith(both({ weight: 0 }, { weight: 1 })),
      {},
      ['2', '1'],
    ],
    [
      'weights of 0 alone are tried',
      setupWith(both({ weight: 0, priority: 0 }, { weight: 0 })),
      {},
      ['1', '2'],
    ],
    [
      'least cost',
      setupWith(both({ priority: 1 }, { priority: 2 }), { order: 'cost' }, withBuy('0.05', '0.02')),
      {},
      ['2', '1'],
    ],
    [
      'priority before cost where not asked',
      setupWith(both({ priority: 1 }, { priority: 2 }), {}, withBuy('0.05', '0.02')),
      {},
      ['1', '2'],
    ],
    [
      'longest prefix first',
      setupWith(both({ calledPrefix: '49', priority: 1 }, { calledPrefix: '4930', priority: 2 }), {
        order: 'prefix',
      }),
      {},
      ['2', '1'],
    ],
    ['never at a loss', setupWith(both({}), {}, withBuy('0.21', '0.20')), {}, ['2']],
    [
      'margin floor',
      setupWith(both({}), { minMargin: '0.05' }, withBuy('0.16', '0.15')),
      {},
      ['2'],
    ],
    [
      'highest buy rate',
      setupWith(both({}), { maxRate: '0.04' }, withBuy('0.05', '0.04')),
      {},
      ['2'],
    ],
    ['without a buy rate', setupWith(both({}), {}, withBuy(null, '0.04')), {}, ['2']],
    [
      'unpriced carriers only where allowed, last by cost',
      setupWith(both({}), { allowUnpriced: true, order: 'cost' }, withBuy(null, '0.04')),
      {},
      ['2', '1'],
    ],
    [
      'no route for the number',
      setupWith(both({ calledPrefix: '44' }, { calledPrefix: '33' })),
      {},
      'noroute',
    ],
    ['all at a loss', setupWith(both({}), {}, withBuy('9', '9')), {}, 'noroute'],
    ['strip takes more than there is', setupWith(both({ strip: 32 })), {}, ['2']],
    ['a rule that leaves nothing', setupWith(both({ rewriteCalled: 's/.*//' })), {}, ['2']],
  ])('%s', async (_, file, call, expected) => {
    const rig = shared;
    expect((await rig.replace(file)).issues).toEqual([]);
    const { answer, calltos } = await rig.route(call);
    if (typeof expected === 'string') expect(answer).toMatchObject({ refused: expected });
    else
      expect(calltos.map((callto) => (callto.includes('10.0.0.9') ? '1' : '2'))).toEqual(expected);
  });

  test('of a thousand routes those that begin like the number, in the same order', async () => {
    const rig = shared;
    const others = Array.from({ length: 1_000 }, (_, n) => ({
      trunk: 'carrier-1',
      calledPrefix: `7${n}`,
      rewriteCalled: `s/^7${n}/0/`,
    }));
    const meant = [
      { trunk: 'carrier-2', calledPrefix: '4930', priority: 2 },
      ...others,
      { trunk: 'carrier-1', calledPrefix: '', priority: 3 },
      { trunk: 'carrier-1', calledPrefix: '49', priority: 1 },
    ];
    const { issues } = await rig.replace(setupWith(meant));
    expect(issues).toEqual([]);
    const { facts, calltos } = await rig.route();
    expect(calltos.map((callto) => callto.includes('10.0.0.9'))).toEqual([true, false, true]);
    expect(facts?.candidates?.map(({ priority }) => priority)).toEqual([1, 2, 3]);
    expect((await rig.route({ called: '1212' })).facts?.candidates).toHaveLength(1);
    const carrierTwo = { trunk: 'carrier-2', calledPrefix: '8', priority: 0 };
    // One more change writes what differs, and raises the profile's version once.
    const versions = async () => await rig.database.database.query('select version from profiles');
    const [before] = (await versions()) as { version: string }[];
    await rig.apply({
      profiles: [{ ...profile, routes: [...meant.slice(0, 5), carrierTwo, ...meant.slice(6)] }],
    });
    expect(Number(((await versions()) as { version: string }[])[0]?.version)).toBeLessThanOrEqual(
      Number(before?.version) + 2,
    );
  });

  test('every candidate says why it was or was not taken', async () => {
    const rig = shared;
    await rig.replace(setupWith(both({ calledPrefix: '44' })));
    expect((await rig.route()).facts?.candidates).toEqual([
      {
        trunk: 'carrier-2',
        priority: 1,
        weight: 100,
        isTaken: true,
        reason: 'taken',
        rateMicrosPerMinute: 20_000n,
      },
      {
        trunk: 'carrier-1',
        priority: 1,
        weight: 100,
        isTaken: false,
        reason: 'the number does not begin with 44',
        rateMicrosPerMinute: undefined,
      },
    ]);
  });

  test('each attempt starts from the original number: strip, prepend, rule, tech prefix', async () => {
    const rig = shared;
    const routes = [
      {
        trunk: 'carrier-1',
        priority: 1,
        strip: 2,
        prepend: '0',
        rewriteCalled: 's/^030/30#/',
        rewriteCaller: 's/^1/001/',
      },
      { trunk: 'carrier-2', priority: 2, prepend: '00' },
    ];
    const trunks = [inbound, { ...carrier1, techPrefix: '77*' }, carrier2];
    await rig.replace(setupWith(routes, {}, { trunks }));
    const { answer, calltos } = await rig.route({ called: '4930123456' });
    expect(calltos).toEqual([
      'sip/sip:77*30%23123456@10.0.0.9:5060;transport=udp',
      'sip/sip:004930123456@10.0.0.10',
    ]);
    expect(answer).toMatchObject({
      groups: [
        [{ params: { called: '77*30#123456', caller: '0012125550100' } }],
        [{ params: { called: '004930123456', caller: '12125550100' } }],
      ],
    });
  });

  test('what the trunk wants of its driver goes with the branch', async () => {
    const rig = shared;
    const trunk = {
      ...carrier1,
      username: 'us',
      password: 'secret',
      outboundProxy: 'sip:proxy.example.com',
      noReplyMs: 1500,
      numberOut: 'e164',
      trusted: true,
      listener: 'carriers',
    };
    await rig.replace(
      setupWith(
        [{ trunk: 'carrier-1' }],
        { failoverCodes: [500, 503] },
        { trunks: [inbound, trunk, carrier2] },
      ),
    );
    expect((await rig.route()).answer).toMatchObject({
      failoverCodes: [500, 503],
      groups: [
        [
          {
            params: {
              authUsername: 'us',
              authPassword: 'secret',
              outboundProxy: 'sip:proxy.example.com',
              noReplyMs: 1500,
              driverOptions: { numberOut: 'e164', trusted: true, listener: 'carriers' },
            },
          },
        ],
      ],
    });
  });

  test('weights share the calls out', async () => {
    const rig = shared;
    await rig.replace(setupWith(both({ weight: 70 }, { weight: 30 })));
    let first = 0;
    for (let call = 0; call < 2_000; call++) {
      const [callto = ''] = (await rig.route()).calltos;
      if (callto.includes('10.0.0.9')) first++;
    }
    expect(first / 2_000).toBeGreaterThan(0.67);
    expect(first / 2_000).toBeLessThan(0.73);
  });

  test('callers of a pool take turns, beat the rule, and a reload does not begin anew', async () => {
    const rig = shared;
    const routes = [
      { trunk: 'carrier-1', callerPool: ['1001', '1002', '1003'], rewriteCaller: 's/.*/9/' },
    ];
    await rig.replace(setupWith(routes));
    const callerOf = async (part = {}) => {
      const { answer } = await rig.route(part);
      return answer !== undefined && 'groups' in answer
        ? answer.groups[0]?.[0]?.params?.caller
        : undefined;
    };
    expect([await callerOf(), await callerOf(), await callerOf(), await callerOf()]).toEqual([
      '1001',
      '1002',
      '1003',
      '1001',
    ]);
    expect(await callerOf({ at: '2026-01-01T00:00:00Z' })).toBe('1002');
    await rig.replace(setupWith([{ ...routes[0], weight: 5 }]));
    expect(await callerOf()).toBe('1002');
    const seen: (string | undefined)[] = [];
    for (let call = 0; call < 300; call++) seen.push(await callerOf());
    expect(new Set(seen).size).toBe(3);
    expect(seen.every((caller, at) => at < 3 || caller === seen[at - 3])).toBe(true);
  });
});
