import { definePlugin } from '@tandem/engine';
import { testBench } from '@tandem/testing';
import { expect, test } from 'vitest';
import { UserPresence } from './user-presence.ts';

test('asks every second while there is nobody, for the first phone waits for it, and every ten then', async () => {
  let [hasUsers, isUp, asked] = [false, true, 0];
  const presence = new UserPresence({
    get isUp() {
      return isUp;
    },
    call: <Row>() => {
      asked++;
      return Promise.resolve([{ hasUsers }] as Row[]);
    },
  });
  const plugin = definePlugin({ name: 'node', setup: (scope) => presence.watch(scope) });
  await using bench = await testBench(plugin);
  const askedIn = async (seconds: number): Promise<number> => {
    const before = asked;
    for (let second = 0; second < seconds; second++) await bench.clock.advance(1_000);
    return asked - before;
  };
  expect(presence.hasUsers).toBe(false);
  expect(await askedIn(20)).toBeGreaterThan(15);
  hasUsers = true;
  await askedIn(2);
  expect(presence.hasUsers).toBe(true);
  expect(await askedIn(30)).toBe(3);
  hasUsers = false;
  await askedIn(11);
  expect(presence.hasUsers).toBe(false);
  // While the database is away, what was known last stays.
  isUp = false;
  hasUsers = true;
  expect(await askedIn(20)).toBe(0);
  expect(presence.hasUsers).toBe(false);
});
