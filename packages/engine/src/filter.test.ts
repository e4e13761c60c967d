import { expect, test } from 'vitest';
import { compileFilter } from './filter.ts';
import type { Extra } from './message.ts';

function matches(where: object, params: object, extra: readonly Extra[] = []): boolean {
  return compileFilter(where)?.matches({ params, extra }) ?? true;
}

test('exact text, numbers and flags are compared as text', () => {
  expect(matches({ module: 'sip' }, { module: 'sip' })).toBe(true);
  expect(matches({ module: 'sip' }, { module: 'SIP' })).toBe(false);
  expect(matches({ port: 5060 }, { port: 5060 })).toBe(true);
  expect(matches({ port: '5060' }, { port: 5060 })).toBe(true);
  expect(matches({ isUrgent: true }, { isUrgent: true })).toBe(true);
  expect(matches({ isUrgent: true }, { isUrgent: false })).toBe(false);
  expect(matches({ micros: '12' }, { micros: 12n })).toBe(true);
});

test('a missing param is matched as empty, as in Yate', () => {
  expect(matches({ caller: '' }, {})).toBe(true);
  expect(matches({ caller: '' }, { caller: undefined })).toBe(true);
  expect(matches({ caller: '' }, { caller: null })).toBe(true);
  expect(matches({ caller: /^$/ }, {})).toBe(true);
  expect(matches({ caller: { not: 'bob' } }, {})).toBe(true);
  expect(matches({ caller: 'undefined' }, {})).toBe(false);
});

test('all conditions must hold', () => {
  const where = { module: 'sip', called: /^\d+$/ };
  expect(matches(where, { module: 'sip', called: '12' })).toBe(true);
  expect(matches(where, { module: 'sip', called: 'bob' })).toBe(false);
  expect(matches(where, { module: 'h323', called: '12' })).toBe(false);
  expect(matches({}, { called: '12' })).toBe(true);
  expect(matches({ called: undefined }, { called: '12' })).toBe(true);
});

test('of a list any may fit, of a negated list none', () => {
  const list = ['sip', /^h\d+$/, 5];
  for (const fitting of ['sip', 'h323', '5', 5]) {
    expect(matches({ module: list }, { module: fitting })).toBe(true);
    expect(matches({ module: { not: list } }, { module: fitting })).toBe(false);
  }
  expect(matches({ module: list }, { module: 'iax' })).toBe(false);
  expect(matches({ module: { not: list } }, { module: 'iax' })).toBe(true);
  expect(matches({ module: [] }, { module: 'iax' })).toBe(false);
  expect(matches({ module: { not: /^h/ } }, { module: 'h323' })).toBe(false);
});

test('a global or sticky pattern gives the same answer each time', () => {
  for (const flags of ['g', 'y', 'gy']) {
    const filter = compileFilter({ called: new RegExp('49', flags) })!;
    const message = { params: { called: '49 49' }, extra: [] };
    expect([1, 2, 3, 4].map(() => filter.matches(message))).toEqual([true, true, true, true]);
  }
  expect(matches({ called: /ABC/gi }, { called: 'abc' })).toBe(true);
});

test('of a repeated param the first value counts, typed before extra', () => {
  const extra: Extra[] = [
    ['address', 'second'],
    ['address', 'third'],
  ];
  expect(matches({ address: 'first' }, { address: 'first' }, extra)).toBe(true);
  expect(matches({ address: 'second' }, { address: 'first' }, extra)).toBe(false);
  expect(matches({ address: 'second' }, {}, extra)).toBe(true);
  expect(matches({ address: 'third' }, {}, extra)).toBe(false);
});

test('a value that cannot be written as text is matched as empty, and nothing is thrown', () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  expect(matches({ leg: '' }, { leg: circle })).toBe(true);
  expect(matches({ leg: '{"micros":"5"}' }, { leg: { micros: 5n } })).toBe(true);
  expect(matches({ leg: '' }, { leg: () => undefined })).toBe(true);
  expect(matches({ leg: '["a"]' }, { leg: ['a'] })).toBe(true);
});
