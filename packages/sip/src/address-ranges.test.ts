import { describe, expect, it } from 'vitest';
import { AddressRanges, isAddressRange } from './address-ranges.ts';

describe('addresses and networks', () => {
  it.each([
    ['192.0.2.7', ['192.0.2.7'], true],
    ['192.0.2.8', ['192.0.2.7'], false],
    ['10.1.255.255', ['10.1.0.0/16'], true],
    ['10.2.0.0', ['10.1.0.0/16'], false],
    ['8.8.8.8', ['0.0.0.0/0'], true],
    ['2001:db8::1', ['2001:db8::/32'], true],
    ['2001:db9::1', ['2001:db8::/32'], false],
    ['node1', ['0.0.0.0/0'], false],
    ['192.0.2.7', [], false],
  ])('%s in %s: %s', (address, ranges, isIn) => {
    expect(new AddressRanges(ranges).has(address)).toBe(isIn);
  });

  it.each(['node1', '10.1.0.0/33', '10.1.0.0/', '10.1.0.0/x', '2001:db8::/129', ''])(
    '%j is none',
    (text) => {
      expect(isAddressRange(text)).toBe(false);
    },
  );
});
