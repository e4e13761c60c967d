import { expect, test } from 'vitest';
import { packSetup, unpackSetup } from './packed-setup.ts';
import type { SetupRows, TenantRow } from './setup-rows.ts';

/** More than go in one piece, and no whole number of pieces. */
const TENANTS = 1_234;

test('a set-up comes out of its pieces as it went in', async () => {
  const tenants = Array.from({ length: TENANTS }, (_, index): TenantRow => ({
    id: BigInt(index),
    name: `tenant-${index}`,
    currency: 'USD',
    deck_id: index % 2 === 0 ? null : 2n ** 60n,
    profile_id: null,
    countries: ['DE'],
    max_rate: '1.000000',
    max_calls: index,
    max_calls_per_second: null,
    is_active: true,
    users: [],
  }));
  const rows: SetupRows = { version: 7n, tenants, trunks: [], profiles: [], routes: [] };
  const packed = packSetup(rows);
  const transfer = packed.pieces.map(({ bytes }) => bytes.buffer);
  const unpacked = await unpackSetup(structuredClone(packed, { transfer }));
  expect(unpacked).toEqual(rows);
  expect(transfer.every(({ byteLength }) => byteLength === 0)).toBe(true);
  expect(packed.pieces.length).toBeGreaterThan(5);
});
