import { systemClock } from '@tandem/engine';
import { expect, test } from 'vitest';
import { smallSetup, WholesaleRig } from '../wholesale-rig.test-support.ts';
import { describeFollowing, followNodes, forgetInForce } from './nodes-in-force.ts';

test('who changes the set-up can wait until every node goes by it', async () => {
  await using rig = await WholesaleRig.open();
  await rig.apply(smallSetup);
  const { database, store } = rig.database;
  const following = async (withinMs = 0) => await followNodes(store, systemClock, withinMs);
  expect(await following()).toEqual({ inForce: ['node1'], behind: [] });

  await database.query('alter table rate_decks disable trigger rate_decks_hint');
  await database.query(`update rates set rate = 0.3 where prefix = '4930'`);
  expect(await following()).toEqual({ inForce: [], behind: ['node1'] });
  const waiting = following(20_000);
  await rig.fresh();
  expect(await waiting).toEqual({ inForce: ['node1'], behind: [] });

  // One that was killed is not waited for after a while, one that left not at all.
  await database.query(
    `insert into catalogue_nodes values ('node2', 0, '{}', '{}', now() - interval '11 seconds'),
      ('node3', 0, '{}', '{}', now())`,
  );
  expect(await following()).toEqual({ inForce: ['node1'], behind: ['node3'] });
  await forgetInForce(store, 'node3');
  expect(await following()).toEqual({ inForce: ['node1'], behind: [] });
});

test('is told in a person’s words', () => {
  expect(describeFollowing({ inForce: [], behind: [] })).toBe('');
  expect(describeFollowing({ inForce: ['a', 'b'], behind: ['c'] })).toBe(
    'in force on a, b; not yet on c: see tandem nodes',
  );
});
