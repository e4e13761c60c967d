import { describe, expect, it } from 'vitest';

import { commonPrefixBits, isLoopback } from './address-distance.ts';
import { socketKey, sumDrops } from './udp-drops.ts';

const table = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  205: 0100007F:13C4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 18 2 0000000000000000 42
  206: 0100007F:13C5 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 19 2 0000000000000000 7
`;

describe('datagrams the system threw away', () => {
  it('are summed over our own sockets only', () => {
    expect(sumDrops(table, new Set(['0100007F:13C4']))).toBe(42);
    expect(sumDrops(table, new Set(['0100007F:13C4', '0100007F:13C5']))).toBe(49);
    expect(sumDrops(table, new Set(['0100007F:0001']))).toBe(0);
    expect(sumDrops('', new Set(['0100007F:13C4']))).toBe(0);
  });

  it('are found by address and port as the system writes them', () => {
    expect(socketKey('127.0.0.1', 5060)).toBe('0100007F:13C4');
    expect(socketKey('::1', 5060)).toBe('00000000000000000000000001000000:13C4');
    expect(socketKey('2001:db8::ff00:42:8329', 80)).toBe('B80D01200000000000FF000029834200:0050');
  });
});

describe('the listener nearest to a target', () => {
  it('shares most leading bits with it', () => {
    expect(commonPrefixBits('10.1.2.3', '10.1.2.3')).toBe(32);
    expect(commonPrefixBits('10.1.2.3', '10.1.3.3')).toBe(23);
    expect(commonPrefixBits('10.1.2.3', '192.168.0.1')).toBe(0);
    expect(commonPrefixBits('2001:db8::1', '2001:db8::2')).toBe(126);
    expect(isLoopback('127.8.0.1')).toBe(true);
    expect(isLoopback('::1')).toBe(true);
    expect(isLoopback('10.0.0.1')).toBe(false);
  });
});
