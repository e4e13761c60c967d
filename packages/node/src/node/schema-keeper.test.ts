import { ManualClock, silentLog, TandemError, TimerWheel } from '@tandem/engine';
import type { Store } from '@tandem/store';
import { expect, test } from 'vitest';
import { SchemaKeeper } from './schema-keeper.ts';

/** A database that is there when it is looked at, and fails so many migrations. */
function openKeeper(faults: TandemError[]) {
  let migrations = 0;
  const store = {
    isUp: true,
    onChange: () => () => undefined,
    migrate: async () => {
      migrations++;
      const fault = faults.shift();
      if (fault !== undefined) throw fault;
    },
  } as unknown as Store;
  const clock = new ManualClock();
  const keeper = new SchemaKeeper(store, [], { wheel: new TimerWheel(clock), log: silentLog });
  return { keeper, clock, migrations: () => migrations };
}

test.each(['STORE_UNREACHABLE', 'STORE_CONNECTION_LOST'] as const)(
  'a database that goes away in the middle (%s) does not end a node that starts',
  async (code) => {
    const { keeper, clock, migrations } = openKeeper([
      new TandemError(code),
      new TandemError(code),
    ]);
    let isDone = false;
    await keeper.start(() => (isDone = true));
    expect(isDone).toBe(false);
    await clock.advance(60_000);
    expect(isDone).toBe(true);
    expect(keeper.isDone).toBe(true);
    expect(migrations()).toBe(3);
  },
);

test('a database that does not fit ends it at once', async () => {
  const { keeper } = openKeeper([new TandemError('STORE_STATEMENT_FAILED')]);
  await expect(keeper.start(() => undefined)).rejects.toThrow('STORE_STATEMENT_FAILED');
});
