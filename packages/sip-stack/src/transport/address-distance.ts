import { addressBytes, isSix } from '../wire/address-bytes.ts';

/** Whether an address leads back to this machine. */
export function isLoopback(address: string): boolean {
  return isSix(address) ? address === '::1' : address.startsWith('127.');
}

/** How many leading bits two literal addresses of one family share: a guess at the same network. */
export function commonPrefixBits(one: string, other: string): number {
  const a = addressBytes(one);
  const b = addressBytes(other);
  let bits = 0;
  for (let at = 0; at < a.length && at < b.length; at++) {
    const difference = (a[at] ?? 0) ^ (b[at] ?? 0);
    if (difference !== 0) return bits + Math.clz32(difference) - 24;
    bits += 8;
  }
  return bits;
}
