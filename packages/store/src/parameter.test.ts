import { expect, it } from 'vitest';
import { parameterOf } from './parameter.ts';
import { openTestStore } from './testing/open-test-store.ts';

const awkward = ['', 'NULL', 'null', '{}', '"', '\\', `a"b\\c,d'e`, ' ä€😀 ', 'a\tb\nc'];

/** A value, the type it is sent as, and what comes back if it is something else. */
const cases: readonly (readonly [value: unknown, type: string, back?: unknown])[] = [
  ...awkward.map((text) => [text, 'text'] as const),
  [undefined, 'text', null],
  [null, 'text'],
  [true, 'boolean'],
  [-1.5e-7, 'double precision'],
  [Number.NaN, 'double precision'],
  [9_007_199_254_740_993n, 'bigint'],
  [Buffer.from([0, 255, 92, 34]), 'bytea'],
  [new Uint8Array([1, 2]), 'bytea', Buffer.from([1, 2])],
  [{ of: ['"', 1, null] }, 'json'],
  [awkward, 'text[]'],
  [[], 'text[]'],
  [[null, undefined, 'x'], 'text[]', [null, null, 'x']],
  [[1.5, -2], 'double precision[]'],
  [[true, false], 'boolean[]'],
  [
    [
      [1, 2],
      [3, 4],
    ],
    'integer[]',
  ],
  [[Buffer.from([92, 0])], 'bytea[]'],
  [[{ a: '"\\' }, { b: null }], 'json[]'],
  [[new Date(0)], 'timestamptz[]'],
  [new Date(1_795_369_429_123), 'timestamptz'],
  [new Date('0001-02-03T04:05:06.007Z'), 'timestamptz'],
  [new Date('+012345-06-07T08:09:10Z'), 'timestamptz'],
  [new Date('0000-06-07T08:09:10Z'), 'timestamptz'],
  [new Date('-000043-03-15T11:00:00Z'), 'timestamptz'],
];

it('a value that Postgres gives back is what was sent, and what the driver sends', async () => {
  await using test = await openTestStore();
  for (const [value, type, back = value] of cases) {
    const text = `select $1::${type} as back`;
    const label = `${type} ${String(value)}`;
    expect(await test.store.call(text, [value]), label).toEqual([{ back }]);
    const [own] = await test.store.call(`select $1::${type}::text as text`, [value]);
    const byDriver = await test.store.transaction(
      async (transaction) => await transaction.query(`select $1::${type}::text as text`, [value]),
    );
    expect([own], label).toEqual(byDriver);
  }
});

it('what has no text is refused, not sent as something else', () => {
  expect(() => parameterOf(Symbol('x'))).toThrow(TypeError);
  expect(() => parameterOf([() => 1])).toThrow('a function is no parameter of a statement');
  expect(() => parameterOf(new Date(Number.NaN))).toThrow(RangeError);
});
