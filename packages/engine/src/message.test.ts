import { expect, test } from 'vitest';
import { Engine } from './engine.ts';
import { ManualClock } from './manual-clock.ts';
import type { Extra } from './message.ts';

const clock = new ManualClock(1_000);
const { bus } = new Engine({ node: 'node1', clock });

test('a change makes new params; those that somebody kept stay as they were', () => {
  const message = bus.message('test.route', { called: '1', caller: '2' });
  const before = message.params;
  message.change({ called: '3' });
  expect(before).toEqual({ called: '1', caller: '2' });
  expect(message.params).toEqual({ called: '3', caller: '2' });
});

test('a change cannot reach the prototype of the params', () => {
  const message = bus.message('test.route', { called: '1' });
  message.change(JSON.parse('{"__proto__": {"caller": "evil"}}') as object);
  expect(message.params.caller).toBeUndefined();
});

test('extra params keep their order and may repeat; setting overwrites the first in place', () => {
  const extra: Extra[] = [
    ['a', '1'],
    ['b', '2'],
    ['a', '3'],
  ];
  const message = bus.message('test.route', { called: '1' }, { extra });
  expect(message.getExtra('a')).toBe('1');
  expect(message.getExtra('none')).toBeUndefined();
  message.setExtra('a', 'new');
  message.setExtra('c', '');
  expect(message.extra).toEqual([
    ['a', 'new'],
    ['b', '2'],
    ['a', '3'],
    ['c', ''],
  ]);
  expect(message.getExtra('c')).toBe('');
  message.setExtra('a');
  expect(message.extra).toEqual([
    ['b', '2'],
    ['c', ''],
  ]);
  expect(extra).toHaveLength(3);
});

test('a message knows when it was made, and a child takes over what its parent carries', () => {
  const facts = { tenant: { name: 'acme' } };
  const parent = bus.message('test.route', { called: '1' }, { facts });
  expect(parent.time).toBe(1_000);
  const child = bus.message('test.record', { called: '2' }, { parent });
  expect(child.facts).toBe(facts);
  expect(child.depth).toBe(1);
  const own = { tenant: { name: 'other' } };
  expect(bus.message('test.record', { called: '2' }, { parent, facts: own }).facts).toBe(own);
});

test('the signal is made once, and only when it is read', () => {
  const message = bus.message('test.route', { called: '1' });
  expect(message.signal).toBe(message.signal);
  expect(message.signal.aborted).toBe(false);
  expect(message.isCancelled).toBe(false);
});
