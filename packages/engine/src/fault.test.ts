import { expect, test } from 'vitest';
import { engineFaults, isFault, TandemError } from './fault.ts';

test('a fault says its code and where, and keeps its cause', () => {
  const cause = new Error('refused');
  const fault = new TandemError('BUS_NO_MESH', { node: 'node1', count: 2, at: null }, { cause });
  expect(fault.message).toBe('BUS_NO_MESH node=node1 count=2 at=null');
  expect(fault.cause).toBe(cause);
  expect(new TandemError('BUS_NO_MESH').message).toBe('BUS_NO_MESH');
});

test('faults are told apart by their code', () => {
  const fault = new TandemError('BUS_NO_MESH');
  expect(isFault(fault)).toBe(true);
  expect(isFault(fault, 'BUS_NO_MESH')).toBe(true);
  expect(isFault(fault, 'LANE_FULL')).toBe(false);
  expect(isFault(new Error('BUS_NO_MESH'))).toBe(false);
});

test('details that cannot be written do not keep a fault from being made', () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  expect(new TandemError('BUS_NO_MESH', { circle, micros: 5n }).message).toContain('BUS_NO_MESH');
});

test('every fault has a meaning and a remedy', () => {
  for (const { meaning, remedy } of Object.values(engineFaults)) {
    expect(meaning.length).toBeGreaterThan(10);
    expect(remedy.length).toBeGreaterThan(10);
  }
});
