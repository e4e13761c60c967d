import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { endianness } from 'node:os';

import { addressBytes } from '../wire/address-bytes.ts';
import type { Listener } from './listener.ts';

/**
 * Datagrams that the system threw away because a receive buffer of `listeners` was full, since
 * those sockets were opened; 0 where the system does not say (anything but Linux).
 */
export async function readUdpDrops(listeners: readonly Listener[]): Promise<number> {
  let drops = 0;
  for (const [path, isSix] of TABLES) {
    const wanted = new Set<string>();
    for (const { transport, host, port } of listeners) {
      if (transport === 'udp' && isIPv6(host) === isSix) wanted.add(socketKey(host, port));
    }
    if (wanted.size === 0) continue;
    const table = await readFile(path, 'latin1').catch(() => '');
    drops += sumDrops(table, wanted);
  }
  return drops;
}

/** Sum of the last column of the lines of /proc/net/udp whose local address is `wanted`. */
export function sumDrops(table: string, wanted: ReadonlySet<string>): number {
  let drops = 0;
  for (const line of table.split('\n').slice(1)) {
    const fields = line.trim().split(/ +/);
    if (wanted.has(fields[1] ?? '')) drops += Number(fields.at(-1)) || 0;
  }
  return drops;
}

/** An address and port as /proc/net/udp writes them: words in the machine's byte order, in hex. */
export function socketKey(host: string, port: number): string {
  const bytes = addressBytes(host);
  let key = '';
  for (let word = 0; word < bytes.length; word += 4) {
    const four = bytes.slice(word, word + 4);
    if (endianness() === 'LE') four.reverse();
    for (const byte of four) key += byte.toString(16).padStart(2, '0').toUpperCase();
  }
  return `${key}:${port.toString(16).padStart(4, '0').toUpperCase()}`;
}

const TABLES = [
  ['/proc/net/udp', false],
  ['/proc/net/udp6', true],
] as const;
