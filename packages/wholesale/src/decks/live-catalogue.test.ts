import { silentLog } from '@tandem/engine';
import { afterEach, describe, expect, test } from 'vitest';
import { smallSetup, WholesaleRig } from '../wholesale-rig.test-support.ts';
import { LiveCatalogue } from './live-catalogue.ts';
import { loadCatalogue } from './load-catalogue.ts';
import { readVersions } from './read-versions.ts';
import { workerLoader } from './worker-loader.ts';

const rateOf = async (rig: WholesaleRig) => (await rig.route()).facts?.sell?.rateMicrosPerMinute;

/** Waits for what comes by the database, not by the clock. */
async function eventually(check: () => Promise<boolean>): Promise<boolean> {
  for (let turn = 0; turn < 200; turn++) {
    if (await check()) return true;
    await new Promise((resolve) => void setTimeout(resolve, 20));
  }
  return false;
}

describe('decks in force', () => {
  const rigs: WholesaleRig[] = [];
  afterEach(async () => {
    await Promise.all(rigs.splice(0).map(async (rig) => await rig[Symbol.asyncDispose]()));
  });
  const open = async (options: Parameters<typeof WholesaleRig.open>[0] = {}) => {
    const rig = await WholesaleRig.open(options);
    rigs.push(rig);
    await rig.apply(smallSetup);
    return rig;
  };

  test('a rate changed by hand is used as soon as the notice says so', async () => {
    const rig = await open();
    expect(await rateOf(rig)).toBe(200_000n);
    await rig.database.database.query(`update rates set rate = 0.3 where prefix = '4930'`);
    expect(await eventually(async () => (await rateOf(rig)) === 300_000n)).toBe(true);
  });

  test('without the notice the poll finds it', async () => {
    const rig = await open();
    await rig.database.database.query('alter table rate_decks disable trigger rate_decks_hint');
    await rig.database.database.query(`update rates set rate = 0.3 where prefix = '4930'`);
    const found = await eventually(async () => {
      await rig.clock.advance(1_000);
      return (await rateOf(rig)) === 300_000n;
    });
    expect(found).toBe(true);
    expect(rig.clock.now() - Date.UTC(2026, 0, 1)).toBeLessThanOrEqual(60_000);
  });

  test('every node shows the version it goes by', async () => {
    const rig = await open();
    const versions = async () => {
      const { answers } = await rig.engine.bus.gather('node.status', {});
      return answers.flatMap(({ answer }) => answer.decks ?? []);
    };
    const [before] = (await versions()).filter(({ name }) => name === 'sell-a');
    await rig.database.database.query(`update rates set rate = 0.3 where prefix = '4930'`);
    await rig.fresh();
    expect(await versions()).toContainEqual({ name: 'sell-a', version: before!.version + 1 });
  });

  test('a broken version leaves the old one serving, says why, and is mended by the next', async () => {
    const rig = await open();
    const { database } = rig.database;
    await database.query('alter table rate_decks drop constraint rate_decks_rounding_check');
    await database.query(`update rate_decks set rounding = 'sideways' where name = 'sell-a'`);
    await rig.fresh();
    expect(await rateOf(rig)).toBe(200_000n);
    const { answers } = await rig.engine.bus.gather('console.resources', {});
    const decks = answers
      .flatMap(({ answer }) => answer)
      .find(({ path }) => path === '/decks/{name}');
    const shown = await decks?.handle({
      params: { name: 'sell-a' },
      query: {},
      body: undefined,
      actor: '',
    });
    expect(shown?.body).toMatchObject({ broken: { reason: 'unknown rounding sideways' } });
    await database.query(`update rate_decks set rounding = 'up' where name = 'sell-a'`);
    await rig.fresh();
    expect((await rig.route()).facts?.sell?.rounding).toBe('up');
  });

  test('a rule broken by hand leaves the old routes serving', async () => {
    const rig = await open();
    const { database } = rig.database;
    await database.query(`update routes set rewrite_called = 's/(1/x/' where position = 0`);
    await rig.fresh();
    expect((await rig.route()).calltos).toHaveLength(2);
    await database.query(`update routes set rewrite_called = 's/^49/0049/' where position = 0`);
    await rig.fresh();
    expect((await rig.route()).calltos[0]).toContain('004930123456');
  });

  test('a deck that is gone rates no call', async () => {
    const rig = await open();
    await rig.database.database.query('update tenants set deck_id = null');
    await rig.database.database.query(`delete from rate_decks where name = 'sell-a'`);
    await rig.fresh();
    expect((await rig.route()).answer).toMatchObject({ refused: 'norate' });
  });

  test('a worker thread loads the same, moved over and not copied', async () => {
    const rig = await open();
    const { store } = rig.database;
    await rig.database.database.query(
      `insert into rates (deck_id, prefix, rate, effective_at)
        select id, '7' || n, 0.000001 * n, 'epoch' from rate_decks, generate_series(1, 20000) n
        where name = 'sell-a'`,
    );
    const load = await workerLoader(() => store.url)({ setup: undefined, decks: new Map() });
    expect(load.setup?.tenants.map(({ name }) => name)).toEqual(['acme']);
    expect(load.decks).toHaveLength(2);
    const other = await WholesaleRig.open({ load: workerLoader(() => rig.database.store.url) });
    rigs.push(other);
    await rig.fresh();
    expect((await rig.route({ called: '719999123' })).facts?.sell).toMatchObject({
      prefix: '719999',
      rateMicrosPerMinute: 19_999n,
    });
  });

  test('a deck that is replaced gives its memory back, and the new one serves', async () => {
    const rig = await open();
    const { store, database } = rig.database;
    const catalogue = new LiveCatalogue({
      load: async (known) => (await loadCatalogue(store, known)).load,
      readVersions: async () => await readVersions(store),
      clock: rig.clock,
      log: silentLog,
    });
    await catalogue.check();
    const decks = () => [...(catalogue.current?.decks.values() ?? [])];
    const [sell, buy] = decks();
    expect(sell?.byteLength).toBeGreaterThan(0);
    await database.query(`update rates set rate = 0.3 where prefix = '4930'`);
    await catalogue.check();
    expect(sell?.byteLength).toBe(0);
    expect(sell?.lookup('4930123', '', Date.UTC(2026, 0, 2))).toBeUndefined();
    expect(decks()[0]?.lookup('4930123', '', Date.UTC(2026, 0, 2))).toBeDefined();
    expect(decks()[1]).toBe(buy);
  });

  test('a worker that cannot reach the database fails, and says so', async () => {
    const loader = workerLoader(() => 'postgres://nobody@127.0.0.1:1/none');
    await expect(loader({ setup: undefined, decks: new Map() })).rejects.toThrow(/STORE_/);
  });
});
