import { Engine } from '@tandem/engine';
import { openTestStore } from '@tandem/store/testing';
import { createWholesaleSetUpPlugin, wholesaleMigrations } from '@tandem/wholesale';
import { expect, test } from 'vitest';
import { runSetUp } from './run-set-up.ts';

const APPLIES = 4;

function documentOf(rate: string): object {
  return {
    decks: [{ name: 'sell-a', kind: 'sell', currency: 'USD', rates: [{ prefix: '1', rate }] }],
    trunks: [{ name: 'acme-in', direction: 'inbound', sources: ['10.1.0.0/16'] }],
    profiles: [{ name: 'std', routes: [] }],
    tenants: [
      {
        name: 'acme',
        currency: 'USD',
        deck: 'sell-a',
        profile: 'std',
        trunks: ['acme-in'],
        countries: 'any',
      },
    ],
  };
}

test('files that are applied at once to an empty database go in one after the other', async () => {
  await using database = await openTestStore({ migrations: [wholesaleMigrations] });
  const { store } = database;
  const engine = new Engine({ node: 'node1' });
  await engine.install(createWholesaleSetUpPlugin(store));
  const ground = { bus: engine.bus, store };
  const applied = await Promise.all(
    Array.from({ length: APPLIES }, async (_, index) => {
      const options = { mode: 'apply', prune: false, actor: `person ${index}` } as const;
      return await runSetUp(ground, documentOf(index % 2 === 0 ? '0.10' : '0.20'), options);
    }),
  );
  expect(applied.flatMap(({ issues }) => issues)).toEqual([]);
  // The first one makes all, those behind it change the rate or nothing.
  const made = applied.map(({ changes }) => changes.length).toSorted((one, other) => one - other);
  expect(made.at(-1)).toBe(4);
  expect(made.slice(0, -1).every((changes) => changes <= 1)).toBe(true);
  const query = async <Row>(text: string): Promise<Row[]> =>
    await database.database.query<Row>(text);
  expect(await query('select prefix from rates')).toHaveLength(1);
  const audited = await query<{ action: string }>('select action from audit order by id');
  expect(audited.filter(({ action }) => action === 'create')).toHaveLength(4);
  expect(audited).toHaveLength(applied.reduce((sum, { changes }) => sum + changes.length, 0));
  await engine.stop();
});
