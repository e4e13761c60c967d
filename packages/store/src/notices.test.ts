import { isFault, systemClock } from '@tandem/engine';
import { expect, it } from 'vitest';
import { openStore } from './open-store.ts';
import { openTestStore, type TestStore } from './testing/open-test-store.ts';

const killLifelines = async ({ database }: TestStore) =>
  await database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name like '%lifeline'`,
  );

/** Keeps what was heard; `heard(n)` resolves when there are n. */
function recorder() {
  const lines: string[] = [];
  let wake: () => void = () => undefined;
  const add = (line: string) => {
    lines.push(line);
    wake();
  };
  return {
    lines,
    onNotice: (payload: string) => add(payload),
    onMissed: () => add('(missed)'),
    async heard(count: number) {
      while (lines.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return lines;
    },
  };
}

it('are heard by every node in order, own ones included', async () => {
  await using test = await openTestStore();
  await using sister = await openStore({ url: test.database.url, clock: systemClock });
  const own = recorder();
  const hers = recorder();
  await test.store.notices.listen('decks', own);
  await sister.notices.listen('decks', hers);
  await test.store.notices.publish('decks', 'sell-a 41');
  await test.store.notices.publish('decks', 'sell-a 42');
  expect(await own.heard(2)).toEqual(['sell-a 41', 'sell-a 42']);
  expect(await hers.heard(2)).toEqual(['sell-a 41', 'sell-a 42']);
});

it('are not heard after the listening has ended, nor on other channels', async () => {
  await using test = await openTestStore();
  const { notices } = test.store;
  const gone = recorder();
  const other = recorder();
  const stays = recorder();
  const stop = await notices.listen('decks', gone);
  await notices.listen('decks', stays);
  await notices.listen('Odd "channel"', other);
  await stop();
  await stop();
  await notices.publish('decks', 'x');
  await notices.publish('Odd "channel"', 'y');
  expect(await stays.heard(1)).toEqual(['x']);
  expect(await other.heard(1)).toEqual(['y']);
  expect(gone.lines).toEqual([]);
});

it('tell after a lost connection that some may have been missed, and go on', async () => {
  await using test = await openTestStore();
  const { store } = test;
  const states: string[] = [];
  store.onChange((state, fault) => states.push(`${state} ${fault?.code ?? ''}`));
  const listener = recorder();
  await store.notices.listen('decks', listener);
  await killLifelines(test);
  expect(await listener.heard(1)).toEqual(['(missed)']);
  expect(states).toEqual(['down STORE_UNREACHABLE', 'up ']);
  await store.notices.publish('decks', 'after');
  expect(await listener.heard(2)).toEqual(['(missed)', 'after']);
});

it('reach the others when one listener throws', async () => {
  const lines: string[] = [];
  await using test = await openTestStore({ onLog: ({ text }) => lines.push(text) });
  const listener = recorder();
  await test.store.notices.listen('decks', {
    onNotice: () => {
      throw new Error('bug');
    },
    onMissed: () => undefined,
  });
  await test.store.notices.listen('decks', listener);
  await test.store.notices.publish('decks', 'x');
  expect(await listener.heard(1)).toEqual(['x']);
  expect(lines).toContain('a listener of change notices failed');
});

it('are refused when the channel has no name, or the payload is too long', async () => {
  await using test = await openTestStore();
  const { notices } = test.store;
  for (const [channel, payload] of [
    ['', 'x'],
    ['c'.repeat(64), 'x'],
    ['decks', 'é'.repeat(4_000)],
  ] as const) {
    const work = notices.publish(channel, payload);
    const error: unknown = await work.catch((thrown: unknown) => thrown);
    expect(isFault(error, 'STORE_NOTICE_INVALID')).toBe(true);
  }
});
