import { createHash } from 'node:crypto';
import { isFault } from '@tandem/engine';
import { expect, it } from 'vitest';
import { outcomeOf } from './outcome.ts';
import { openTestStore } from './testing/open-test-store.ts';

const errorOf = async (work: Promise<unknown>) => await work.catch((error: unknown) => error);
const openWithNumbers = async () => {
  const test = await openTestStore({ poolSize: 1 });
  await test.store.call('create table numbers (n integer primary key)');
  return test;
};
const countOf = async ({ store }: Awaited<ReturnType<typeof openWithNumbers>>) =>
  await store.call('select count(*)::int as count from numbers');

function* lines(from: number, to: number) {
  for (let n = from; n < to; n++) yield `${n}\n`;
}

it('commits what the work did, and gives its result', async () => {
  await using test = await openWithNumbers();
  const rows = await test.store.transaction(async (transaction) => {
    await transaction.query('insert into numbers values ($1)', [1]);
    return await transaction.query<{ n: number }>('select n from numbers');
  });
  expect(rows).toEqual([{ n: 1 }]);
  expect(await countOf(test)).toEqual([{ count: 1 }]);
});

it('rolls back when the work throws, and passes its error on', async () => {
  await using test = await openWithNumbers();
  const bug = new Error('bug');
  const work = test.store.transaction(async (transaction) => {
    await transaction.query('insert into numbers values (1)');
    throw bug;
  });
  expect(await errorOf(work)).toBe(bug);
  expect(await countOf(test)).toEqual([{ count: 0 }]);
});

it('copies 100,000 rows in and out', async () => {
  await using test = await openWithNumbers();
  const { store } = test;
  expect(await store.copyFrom('copy numbers from stdin', lines(0, 100_000))).toBe(100_000);
  const bytes = await store.copyTo('copy numbers to stdout', async (chunks) => {
    let sum = 0;
    for await (const chunk of chunks) sum += chunk.length;
    return sum;
  });
  expect(bytes).toBe([...lines(0, 100_000)].join('').length);
});

it('keeps nothing of a copy with one bad row, and says which', async () => {
  await using test = await openWithNumbers();
  const copy = test.store.copyFrom('copy numbers from stdin', ['1\n', 'two\n', '3\n']);
  const error = await errorOf(copy);
  expect(isFault(error, 'STORE_STATEMENT_FAILED')).toBe(true);
  expect(outcomeOf(error)).toBe('bad-row');
  expect(String(error)).toContain('two');
  expect(await countOf(test)).toEqual([{ count: 0 }]);
});

it('keeps nothing of a copy whose source fails, and passes its error on', async () => {
  await using test = await openWithNumbers();
  const torn = new Error('torn file');
  async function* source() {
    yield '1\n';
    throw torn;
  }
  expect(await errorOf(test.store.copyFrom('copy numbers from stdin', source()))).toBe(torn);
  expect(await countOf(test)).toEqual([{ count: 0 }]);
});

it('can go on with the connection when a reader has seen enough', async () => {
  await using test = await openWithNumbers();
  const { store } = test;
  await store.copyFrom('copy numbers from stdin', lines(0, 50_000));
  const first = await store.copyTo('copy numbers to stdout', async (chunks) => {
    for await (const chunk of chunks) return chunk.toString().slice(0, 2);
    return '';
  });
  expect(first).toBe('0\n');
  const bug = new Error('bug');
  const copy = store.copyTo('copy numbers to stdout', async (chunks) => {
    for await (const _ of chunks) throw bug;
  });
  expect(await errorOf(copy)).toBe(bug);
  expect(await countOf(test)).toEqual([{ count: 50_000 }]);
});

it('does not read a long copy to its end for a reader that has failed', async () => {
  await using test = await openTestStore({ poolSize: 1 });
  const { store } = test;
  const [before] = await store.call<{ pid: number }>('select pg_backend_pid() as pid');
  const bug = new Error('bug');
  const long = `copy (select repeat('x', 1000) from generate_series(1, 200000)) to stdout`;
  const copy = store.copyTo(long, async (chunks) => {
    for await (const _ of chunks) throw bug;
  });
  expect(await errorOf(copy)).toBe(bug);
  const [after] = await store.call<{ pid: number }>('select pg_backend_pid() as pid');
  expect(after?.pid).not.toBe(before?.pid);
});

it('gives rows where they lie, each whole, wherever the socket cut them', async () => {
  await using test = await openWithNumbers();
  const text = `select n || repeat('x', n % 500) from generate_series(1, 20000) n`;
  const expected = createHash('sha1');
  for (let n = 1; n <= 20_000; n++) expected.update(`${n}${'x'.repeat(n % 500)}\n`);
  // The longest row is longer than any chunk of a socket.
  expected.update(`${'y'.repeat(300_000)}\n`);
  const seen = createHash('sha1');
  await test.store.transaction(async (transaction) => {
    const statement = `copy (${text} union all select repeat('y', 300000)) to stdout`;
    await transaction.copyRows(statement, (bytes, from, to) => {
      seen.update(bytes.subarray(from, to));
    });
    expect(await transaction.query('select 1 as one')).toEqual([{ one: 1 }]);
  });
  expect(seen.digest('hex')).toBe(expected.digest('hex'));
});

it('can go on with the connection when a taker of rows throws, or Postgres does', async () => {
  await using test = await openWithNumbers();
  await test.store.transaction(async (transaction) => {
    const bug = new Error('bug');
    let taken = 0;
    const copy = transaction.copyRows('copy (select generate_series(1, 50000)) to stdout', () => {
      taken++;
      throw bug;
    });
    expect(await errorOf(copy)).toBe(bug);
    expect(taken).toBe(1);
    expect(await transaction.query('select 1 as one')).toEqual([{ one: 1 }]);
  });
  const divided = 'copy (select 1 / (40000 - n) from generate_series(1, 50000) n) to stdout';
  const failed = test.store.transaction(async (transaction) => {
    await transaction.copyRows(divided, () => undefined);
  });
  const error = await errorOf(failed);
  expect(isFault(error, 'STORE_STATEMENT_FAILED')).toBe(true);
  expect(String(error)).toContain('division by zero');
  expect(await countOf(test)).toEqual([{ count: 0 }]);
});

it('notices a connection that breaks while rows come', async () => {
  await using test = await openWithNumbers();
  const { store, database } = test;
  let killed: Promise<unknown> | undefined;
  const copy = store.transaction(async (transaction) => {
    const [own] = await transaction.query<{ pid: number }>('select pg_backend_pid() as pid');
    await transaction.copyRows(
      'copy (select pg_sleep(0.001) from generate_series(1, 100000)) to stdout',
      () => {
        killed ??= database.query('select pg_terminate_backend($1)', [own?.pid]);
      },
    );
  });
  const error = await errorOf(copy);
  // Its answer may come after the end of the copy, and the database must not be dropped before it.
  await killed;
  expect(isFault(error, 'STORE_CONNECTION_LOST')).toBe(true);
});

it('says "unknown" when the connection breaks in the middle', async () => {
  await using test = await openWithNumbers();
  const { store, database } = test;
  const work = store.transaction(async (transaction) => {
    await transaction.query('insert into numbers values (1)');
    const [own] = await transaction.query<{ pid: number }>('select pg_backend_pid() as pid');
    await database.query('select pg_terminate_backend($1)', [own?.pid]);
    await transaction.query('insert into numbers values (2)');
  });
  const error = await errorOf(work);
  expect(isFault(error, 'STORE_CONNECTION_LOST')).toBe(true);
  expect(outcomeOf(error)).toBe('unknown');
  expect(await countOf(test)).toEqual([{ count: 0 }]);
});

it('says "unknown" when the connection breaks in a copy', async () => {
  await using test = await openWithNumbers();
  const { store, database } = test;
  const work = store.transaction(async (transaction) => {
    const [own] = await transaction.query<{ pid: number }>('select pg_backend_pid() as pid');
    async function* source() {
      yield '1\n';
      await database.query('select pg_terminate_backend($1)', [own?.pid]);
      yield* lines(2, 200_000);
    }
    await transaction.copyFrom('copy numbers from stdin', source());
  });
  expect(outcomeOf(await errorOf(work))).toBe('unknown');
  expect(await countOf(test)).toEqual([{ count: 0 }]);
});
