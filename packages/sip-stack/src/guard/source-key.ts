import { addressBytes, isSix } from '../wire/address-bytes.ts';

/**
 * What is held responsible for an address: itself, in IPv6 its /64, since whoever has one address
 * of a network there has all of them.
 */
export function sourceKey(address: string): string {
  if (!isSix(address)) return address;
  const bytes = addressBytes(address);
  let key = '';
  for (let at = 0; at < 8; at += 2) {
    key += `${(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16)}:`;
  }
  return `${key}:/64`;
}
