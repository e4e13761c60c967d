import { isFault, ManualClock } from '@tandem/engine';
import { type FieldDef, types } from 'pg';
import { describe, expect, it } from 'vitest';
import { DEFAULT_BOUNDS } from './connection-bounds.ts';
import { Connections } from './connections.ts';
import { outcomeOf } from './outcome.ts';
import { PreparedCall } from './prepared-call.ts';
import { RowShape } from './row-shape.ts';
import { openTestDatabase } from './testing/test-database.ts';

const errorOf = async (work: Promise<unknown>) => await work.catch((error: unknown) => error);
const PID = 'select pg_backend_pid() as pid';

/** Connections to a database of their own, on a clock that stands still. */
async function openConnections(bounds: Partial<typeof DEFAULT_BOUNDS> = {}) {
  const database = await openTestDatabase();
  const clock = new ManualClock();
  let troubles = 0;
  const connections = new Connections(database.url, { ...DEFAULT_BOUNDS, ...bounds }, clock, {
    fault: () => undefined,
    onTrouble: () => void troubles++,
  });
  return {
    database,
    clock,
    connections,
    call: async (text: string, values: readonly unknown[] = []) =>
      await connections.call<Record<string, unknown>>(text, values),
    troubles: () => troubles,
    async [Symbol.asyncDispose]() {
      await connections.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

describe('a prepared call', () => {
  it('gives rows, again and again, without asking how they look', async () => {
    await using test = await openConnections();
    const text = `select n, n::text as text, null as nothing from generate_series(1, $1::int) n`;
    const rows = [1, 2, 3].map((n) => ({ n, text: String(n), nothing: null }));
    for (const count of [3, 0, 2, 3]) {
      expect(await test.call(text, [count])).toEqual(rows.slice(0, count));
    }
  });

  it('takes a statement without rows, and one of nothing', async () => {
    await using test = await openConnections();
    await test.call('create table numbers (n integer)');
    for (const n of [1, 2])
      expect(await test.call('insert into numbers values ($1)', [n])).toEqual([]);
    expect(await test.call(' ')).toEqual([]);
    expect(await test.call('insert into numbers values (3) returning n')).toEqual([{ n: 3 }]);
    expect(await test.call('select count(*) from numbers')).toEqual([{ count: 3n }]);
  });

  it('can be made again on the same connection after a fault of any kind', async () => {
    await using test = await openConnections({ poolSize: 1 });
    const [before] = await test.call(PID);
    const divide = 'select 6 / $1::int as result';
    // The first run fails after it was prepared; a text that cannot be prepared stays so.
    expect(isFault(await errorOf(test.call(divide, [0])), 'STORE_STATEMENT_FAILED')).toBe(true);
    expect(await test.call(divide, [2])).toEqual([{ result: 3 }]);
    expect(outcomeOf(await errorOf(test.call(divide, ['x'])))).toBe('bad-row');
    expect(await test.call(divide, [3])).toEqual([{ result: 2 }]);
    for (const _ of [1, 2]) expect(String(await errorOf(test.call('selec 1')))).toContain('selec');
    const late = 'select 1 / (3 - n) as result from generate_series(1, $1::int) n';
    expect(String(await errorOf(test.call(late, [5])))).toContain('division by zero');
    expect(await test.call(late, [1])).toEqual([{ result: 0 }]);
    expect(await test.call(PID)).toEqual([before]);
    expect(test.troubles()).toBe(0);
  });

  it('that cannot be written takes its connection with it', async () => {
    await using test = await openConnections({ poolSize: 1 });
    const [before] = await test.call(PID);
    const lent = await test.connections.lend();
    lent.client.connection.bind = () => {
      throw new RangeError('too long');
    };
    lent.giveBack();
    expect(isFault(await errorOf(test.call(PID)), 'STORE_STATEMENT_FAILED')).toBe(true);
    expect(await test.call(PID)).not.toEqual([before]);
  });

  it('hears an answer to its end, though a value of it cannot be read', () => {
    const field = { name: 'n', dataTypeID: types.builtins.INT8 } as FieldDef;
    const heard: unknown[] = [];
    const call = new PreparedCall(
      { name: 's', text: 'select n' },
      [],
      new Map([['s', new RowShape([field])]]),
      { onRows: (rows) => heard.push(rows), onFailed: (error) => heard.push(error) },
    );
    for (const text of ['1', 'no number', '2']) call.handleDataRow({ fields: [text] });
    call.handleCommandComplete();
    expect(heard).toEqual([]);
    call.handleReadyForQuery();
    expect(heard).toEqual([expect.any(SyntaxError)]);
  });

  it('is given up when the server falls silent, and its connection with it', async () => {
    await using test = await openConnections({ poolSize: 1, statementTimeoutMs: 2_000 });
    const [before] = await test.call(PID);
    // Postgres' own bound is lifted, as if it had fallen silent.
    await test.call(`set statement_timeout = 0`);
    const silent = errorOf(test.call('select pg_sleep(60)'));
    await test.clock.advance(2_500);
    const pending = Symbol('pending');
    expect(await Promise.race([silent, Promise.resolve(pending)])).toBe(pending);
    await test.clock.advance(1_500);
    const fault = await silent;
    expect(isFault(fault, 'STORE_CONNECTION_LOST')).toBe(true);
    expect(outcomeOf(fault)).toBe('unknown');
    expect(await test.call(PID)).not.toEqual([before]);
  });
});

describe('a connection at hand', () => {
  it('is lent again, and goes back to the pool when nobody uses it', async () => {
    await using test = await openConnections({ poolSize: 2 });
    const [first] = await test.call(PID);
    for (let n = 0; n < 5; n++) {
      await test.clock.advance(900);
      expect(await test.call(PID)).toEqual([first]);
    }
    await test.clock.advance(10_000);
    expect(await test.call(PID)).toEqual([first]);
  });

  it('serves those who wait before it is at hand again', async () => {
    await using test = await openConnections({ poolSize: 1 });
    const order: number[] = [];
    const calls = [1, 2, 3, 4].map(async (n) => {
      await test.call('select pg_sleep(0.01)');
      order.push(n);
    });
    await Promise.all(calls);
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it('that broke meanwhile is lent to nobody', async () => {
    await using test = await openConnections({ poolSize: 2 });
    const [first] = await test.call(PID);
    await test.database.query('select pg_terminate_backend($1)', [first?.['pid']]);
    while (test.troubles() === 0) await new Promise(setImmediate);
    const [second] = await test.call(PID);
    expect(second).not.toEqual(first);
  });

  it('cannot be given back twice', async () => {
    await using test = await openConnections({ poolSize: 1 });
    const connection = await test.connections.lend();
    connection.giveBack();
    expect(() => connection.giveBack()).toThrow('given back before');
    expect(await test.call('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is closed with the others', async () => {
    await using test = await openConnections();
    await Promise.all([test.call('select 1'), test.call('select 2'), test.call('select 3')]);
    await test.connections.close();
    expect(isFault(await errorOf(test.call('select 1')), 'STORE_CLOSED')).toBe(true);
    const left = 'select count(*)::int as count from pg_stat_activity where datname = $1';
    // A server notices within moments; the second view is one of them itself.
    for (let tries = 0; tries < 100; tries++) {
      const [row] = await test.database.query<{ count: number }>(left, [test.database.name]);
      if (row?.count === 1) return;
    }
    expect.fail('connections are left');
  });
});
