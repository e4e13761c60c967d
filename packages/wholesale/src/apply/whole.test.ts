import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { smallSetup, WholesaleRig } from '../wholesale-rig.test-support.ts';

const euroDeck = {
  name: 'buy-eur',
  kind: 'buy',
  currency: 'EUR',
  rates: [{ prefix: '', rate: '1' }],
};
const [inbound, first, second] = smallSetup.trunks;

let rig: WholesaleRig;
beforeEach(async () => {
  rig = await WholesaleRig.open();
  expect((await rig.apply(smallSetup)).issues).toEqual([]);
});
afterEach(async () => await rig[Symbol.asyncDispose]());

describe('a file that names only some lists', () => {
  test('may not turn a carrier’s currency away from its tenants', async () => {
    const trunks = [second, { ...first, deck: 'buy-eur' }];
    const { issues } = await rig.apply({ decks: [euroDeck], trunks });
    expect(issues).toEqual([
      {
        path: 'trunks[1].deck',
        message:
          'trunk "carrier-1" buys in EUR, and carries calls of tenant "acme", who pays in USD',
        hint: 'give it a deck in USD, or take it out of profile "std"',
      },
      {
        path: 'profiles',
        message:
          'carriers of profile "std" bill in different currencies: carrier-1 in EUR, carrier-2 in USD',
        hint: 'make a profile for each currency',
      },
    ]);
    expect((await rig.apply({ trunks: [first] })).changes).toEqual([]);
  });

  test('may not turn round a trunk that a profile or a tenant names', async () => {
    const trunks = [
      { name: 'carrier-1', direction: 'inbound', sources: ['10.2.0.0/16'] },
      { name: 'acme-in', direction: 'outbound', address: 'sip:10.0.0.1' },
    ];
    const { issues } = await rig.apply({ trunks });
    expect(issues.map(({ path, message }) => `${path} ${message}`)).toEqual([
      'trunks[1].direction trunk "acme-in" is outbound, and tenant acme names it',
      'trunks[0].direction trunk "carrier-1" is inbound, and profile std names it',
    ]);
  });
});

describe('pruning', () => {
  test.each([
    ['decks', 'deck "buy-a" is named by trunk "carrier-1", and stays'],
    ['decks', 'deck "sell-a" is named by tenant "acme", and stays'],
    ['trunks', 'trunk "carrier-2" is named by profile "std", and stays'],
    ['profiles', 'profile "std" is named by tenant "acme", and stays'],
  ])('%s leaves what is named: %s', async (list, message) => {
    for (const isPlan of [true, false]) {
      const { issues } = await rig.apply({ [list]: [] }, { prune: true, isPlan });
      expect(issues).toContainEqual(expect.objectContaining({ path: list, message }));
    }
    expect((await rig.route()).calltos).toHaveLength(2);
  });

  test('takes away what the same file no longer names', async () => {
    const free = [
      { ...first, deck: undefined },
      { ...second, deck: undefined },
    ];
    const file = { decks: smallSetup.decks.slice(0, 1), trunks: [inbound, ...free] };
    const { issues, changes } = await rig.apply(file, { prune: true });
    expect(issues).toEqual([]);
    expect(changes.map(({ action, name }) => `${action} ${name}`)).toEqual([
      'delete buy-a',
      'update carrier-1',
      'update carrier-2',
    ]);
    const rows = await rig.database.database.query<{ name: string }>('select name from rate_decks');
    expect(rows).toEqual([{ name: 'sell-a' }]);
  });

  test('all lists at once leaves an empty database', async () => {
    const nothing = { decks: [], trunks: [], profiles: [], tenants: [] };
    expect((await rig.replace(nothing)).issues).toEqual([]);
    expect(
      await rig.database.database.query(
        'select from trunks union all select from rate_decks union all select from tenants',
      ),
    ).toEqual([]);
    expect((await rig.route()).answer).toBeUndefined();
  });
});
