import { ManualClock } from '@tandem/engine';
import { expect, it } from 'vitest';
import { openTestStore, type TestStore } from './testing/open-test-store.ts';

const lifelinePid = async ({ database }: TestStore) => {
  const [row] = await database.query<{ pid: number }>(
    `select pid from pg_stat_activity
     where datname = current_database() and application_name like '%lifeline'`,
  );
  return row?.pid ?? 0;
};

it('notices a server that hangs, within a pulse, and is up again when it wakes', async () => {
  const clock = new ManualClock();
  await using test = await openTestStore({ clock });
  const { store } = test;
  const changes: string[] = [];
  const changed = async (count: number) => {
    while (changes.length < count) await clock.advance(100);
  };
  store.onChange((state, fault) => changes.push(`${state} ${String(fault?.details['reason'])}`));
  const pid = await lifelinePid(test);
  process.kill(pid, 'SIGSTOP');
  try {
    await clock.advance(5_000);
    await changed(1);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  expect(changes).toEqual(['down Query read timeout']);
  await changed(2);
  expect(store.isUp).toBe(true);
  expect(await store.call('select 1 as one')).toEqual([{ one: 1 }]);
});

it('looks at once when another connection breaks, and stays up if it stands itself', async () => {
  await using test = await openTestStore({ poolSize: 1 });
  const { store, database } = test;
  const changes: string[] = [];
  store.onChange((state) => changes.push(state));
  const [own] = await store.call<{ pid: number }>('select pg_backend_pid() as pid');
  await database.query('select pg_terminate_backend($1)', [own?.pid]);
  // An idle connection that broke is replaced before anybody notices.
  while ((await store.call('select 1').catch(() => undefined)) === undefined);
  expect(changes).toEqual([]);
});

it('leaves no timer behind when the store is closed', async () => {
  const clock = new ManualClock();
  await using test = await openTestStore({ clock });
  await test.store.close();
  expect(clock.pending).toBe(0);
});
