/** Draws numbers from 0 up to but without 1. */
export type Draw = () => number;

/** A generator that repeats itself from the same seed (mulberry32): tests fix it, nodes do not. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A key by which items, sorted upwards, are drawn without replacement in proportion to their
 * weights (Efraimidis and Spirakis 2006). Weight 0 comes after all others.
 */
export function weightedKey(weight: number, draw: Draw): number {
  return weight > 0 ? -Math.log(1 - draw()) / weight : Infinity;
}
