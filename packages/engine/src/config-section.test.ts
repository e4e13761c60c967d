import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeIssue, guess, type RawSection, readSection } from './config-section.ts';
import { duration, flag, list } from './config-values.ts';

const schema = z.object({
  prefix: z.string().default('cluster'),
  limit: z.coerce.number().int().min(1).default(10),
  mode: z.enum(['database', 'node']).optional(),
});

/** What is wrong with a section, as an operator reads it. */
function wrongWith(raw: RawSection, own: z.ZodObject = schema): string[] {
  const result = readSection('general', own, raw);
  return result.ok ? [] : result.issues.map(describeIssue);
}

test('a section is read by its schema, defaults filled in', () => {
  expect(readSection('general', schema, { limit: '5' })).toEqual({
    ok: true,
    value: { prefix: 'cluster', limit: 5 },
  });
});

test('an unknown key is an error, with a guess at the one that was meant', () => {
  expect(wrongWith({ prefx: 'a' })).toEqual([
    '[general] prefx: unknown key (did you mean "prefix"?)',
  ]);
  expect(wrongWith({ LIMIT: '5' })).toEqual([
    '[general] LIMIT: unknown key (did you mean "limit"?)',
  ]);
  expect(wrongWith({ zzzzzzzz: 'a' })).toEqual([
    '[general] zzzzzzzz: unknown key (known keys: prefix, limit, mode)',
  ]);
});

test('names that every object has are unknown keys like any other', () => {
  const raw = JSON.parse('{"__proto__": "a", "constructor": "b", "toString": "c"}') as RawSection;
  expect(wrongWith(raw)).toHaveLength(3);
});

test('all that is wrong is told at once, with what was expected and found', () => {
  expect(wrongWith({ limit: 'many', mode: 'cluster', owner: 'x' })).toEqual([
    '[general] owner: unknown key (known keys: prefix, limit, mode)',
    '[general] limit: expected number, got "many"',
    '[general] mode: expected one of "database"|"node", got "cluster"',
  ]);
});

test('a missing key that has no default is named', () => {
  expect(wrongWith({}, z.object({ url: z.string() }))).toEqual([
    '[general] url: expected text, got nothing',
  ]);
});

test('a number left blank is an error, not zero', () => {
  expect(wrongWith({ limit: '' })).not.toEqual([]);
  expect(wrongWith({ size: ' ' }, z.object({ size: z.coerce.number() }))).toEqual([
    '[general] size: expected number, got nothing',
  ]);
  expect(wrongWith({ prefix: '' })).toEqual([]);
});

test('a fraction where a whole number is meant, and a repeated key, are errors', () => {
  expect(wrongWith({ limit: '1.5' })).toEqual([
    '[general] limit: expected whole number, got "1.5"',
  ]);
  expect(wrongWith({ prefix: ['a', 'b'] })).toEqual([
    '[general] prefix: expected text, got ["a","b"]',
  ]);
});

test('a guess is a slip of the pen, not any word', () => {
  expect(guess('calto', ['callto', 'locate'])).toBe('callto');
  expect(guess('regexpp', ['regexp', 'prefix'])).toBe('regexp');
  expect(guess('wholesale', ['prefix', 'regexp'])).toBeUndefined();
  expect(guess('x', [])).toBeUndefined();
});

test('flags speak Yate’s words', () => {
  for (const word of ['true', 'yes', 'on', 'enable', 't', '1', 'YES', ' On ', true]) {
    expect(flag().parse(word)).toBe(true);
  }
  for (const word of ['false', 'no', 'off', 'disable', 'f', '0', 'No', false]) {
    expect(flag().parse(word)).toBe(false);
  }
  for (const word of ['', 'maybe', '2', 'yes please']) {
    expect(flag().safeParse(word).success).toBe(false);
  }
  expect(wrongWith({ on: 'maybe' }, z.object({ on: flag() }))).toEqual([
    '[general] on: expected yes or no, got "maybe"',
  ]);
});

test('lists split at commas, join repeated keys, leave blanks out and check their items', () => {
  const texts = list(z.string());
  expect(texts.parse('a, b ,,c')).toEqual(['a', 'b', 'c']);
  expect(texts.parse(['a,b', 'c', ''])).toEqual(['a', 'b', 'c']);
  expect(texts.parse('')).toEqual([]);
  expect(list(z.coerce.number()).parse('1, 2')).toEqual([1, 2]);
  expect(list(flag()).parse('yes, no')).toEqual([true, false]);
  expect(list(z.coerce.number()).safeParse('1, two').success).toBe(false);
  expect(list(z.string()).default([]).parse(undefined)).toEqual([]);
});

test('spans read units, seconds without one, and whole milliseconds', () => {
  const spans: Readonly<Record<string, number>> = {
    '250ms': 250,
    '30s': 30_000,
    '30': 30_000,
    '0': 0,
    '1.5s': 1_500,
    '5 m': 300_000,
    ' 2h ': 7_200_000,
    '1d': 86_400_000,
    '0.4ms': 0,
  };
  for (const [text, spanMs] of Object.entries(spans)) expect(duration().parse(text)).toBe(spanMs);
  expect(duration().parse(2)).toBe(2_000);
});

test('what is no span is refused', () => {
  for (const text of ['', 's', '-5s', '5 seconds', '5S', '1e3', '5m5s', '9'.repeat(400), '1_000']) {
    expect(duration().safeParse(text).success).toBe(false);
  }
  expect(wrongWith({ beat: '5x' }, z.object({ beat: duration() }))).toEqual([
    '[general] beat: expected a span such as 250ms, 30s or 5m, got "5x"',
  ]);
});
