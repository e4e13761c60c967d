import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Engine } from './engine.ts';
import { ManualClock } from './manual-clock.ts';
import type { Extra } from './message.ts';
import { fromText, type TextCodec, textReader, toText } from './text-codec.ts';

const { bus } = new Engine({ node: 'node1', clock: new ManualClock() });
const SAMPLE = { called: '1', caller: '2', hops: 3, isUrgent: true };

const name = fc.oneof(
  fc.constantFrom('called', 'caller', 'hops', 'isUrgent', 'x-a', '__proto__', 'constructor', ''),
  fc.string({ maxLength: 6 }),
);
const value = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom('', '0', '007', ' 5 ', '1e3', 'NaN', 'Infinity', 'yes', 'TRUE', 'off', '-0'),
);

test('what is typed comes back from text as it was', () => {
  const params = fc.record({
    called: fc.string(),
    caller: fc.string(),
    hops: fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    isUrgent: fc.boolean(),
  });
  const extra = fc.array(fc.tuple(fc.string(), fc.string()));
  fc.assert(
    fc.property(params, extra, (typed, untyped) => {
      const strangers = untyped.filter(([key]) => !Object.hasOwn(SAMPLE, key));
      const message = bus.message('test.route', typed, { extra: strangers });
      const text = toText(message);
      expect(text.name).toBe('test.route');
      expect(fromText(text.params, SAMPLE)).toEqual({ params: typed, extra: strangers });
    }),
    { seed: 7 },
  );
});

test('any text is carried: nothing is lost, the first of each name stays the first', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 12 }), (text: Extra[]) => {
      const read = fromText<'test.route'>(text, SAMPLE);
      const params = { called: '', ...read.params };
      const written = toText(bus.message('test.route', params, { extra: read.extra })).params;
      const isAdded = read.params.called === undefined;
      const back = isAdded ? written.slice(1) : written;
      expect(back).toHaveLength(text.length);
      // Numbers and flags come back in one spelling; all else letter for letter.
      const again = fromText<'test.route'>(back, SAMPLE);
      expect(again).toEqual(read);
      for (const [key] of text) {
        if (key === 'hops' || key === 'isUrgent') continue;
        expect(textReader(back).get(key)).toBe(textReader(text).get(key));
      }
    }),
    { seed: 11, numRuns: 300 },
  );
});

test('a value that does not read as its type stays text, and no later one overtakes it', () => {
  const text: Extra[] = [
    ['hops', 'many'],
    ['hops', '5'],
    ['isUrgent', 'perhaps'],
    ['called', '1'],
    ['called', '2'],
  ];
  expect(fromText<'test.route'>(text, SAMPLE)).toEqual({
    params: { called: '1' },
    extra: [
      ['hops', 'many'],
      ['hops', '5'],
      ['isUrgent', 'perhaps'],
      ['called', '2'],
    ],
  });
});

test('flags are read in Yate’s words', () => {
  const read = (word: string): unknown =>
    fromText<'test.route'>([['isUrgent', word]], SAMPLE).params.isUrgent;
  expect(['true', 'YES', 'on', 'enable', 't'].map(read)).not.toContain(false);
  expect(['false', 'no', 'off', 'disable', 'F'].map(read)).not.toContain(true);
  expect(['', '1', '0', 'y'].map(read)).toEqual([undefined, undefined, undefined, undefined]);
});

test('a codec writes and reads what is not plain text, and may stumble over what comes', () => {
  const codec: TextCodec<'test.route'> = {
    params: {
      hops: {
        toText: (hops) => `#${hops}`,
        fromText: (text) => {
          if (!text.startsWith('#')) throw new Error('no hash');
          return Number(text.slice(1));
        },
      },
    },
  };
  const message = bus.message('test.route', { called: '1', hops: 5 });
  expect(toText(message, codec).params).toEqual([
    ['called', '1'],
    ['hops', '#5'],
  ]);
  const read = (hops: string): unknown => fromText<'test.route'>([['hops', hops]], SAMPLE, codec);
  expect(read('#7')).toEqual({ params: { hops: 7 }, extra: [] });
  expect(read('7')).toEqual({ params: {}, extra: [['hops', '7']] });
});

test('absent params are not written, objects and bigints never throw', () => {
  const params = { called: '1', caller: undefined, list: [1, 2n], none: null, fee: 5n };
  const message = bus.message('test.route', params as never);
  expect(toText(message).params).toEqual([
    ['called', '1'],
    ['list', '[1,"2"]'],
    ['fee', '5'],
  ]);
});

test('a reader gives the first of a name; absent differs from empty', () => {
  const reader = textReader([
    ['error', ''],
    ['error', 'busy'],
  ]);
  expect(reader.get('error')).toBe('');
  expect(reader.get('reason')).toBeUndefined();
});
