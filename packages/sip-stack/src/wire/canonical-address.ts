import { addressBytes, isSix } from './address-bytes.ts';

/**
 * A literal address as sockets write it, so that texts of the same address are the same text (RFC
 * 5952 §4): IPv6 in lower case without needless zeros, the longest run of them as `::`.
 */
export function canonicalAddress(address: string): string {
  if (!isSix(address)) return address;
  const bytes = addressBytes(address);
  const groups = Array.from(
    { length: 8 },
    (_, at) => ((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0),
  );
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return `::ffff:${bytes.slice(12).join('.')}`;
  const { start, length } = longestZeros(groups);
  const words = groups.map((group) => group.toString(16));
  if (length < 2) return words.join(':');
  return `${words.slice(0, start).join(':')}::${words.slice(start + length).join(':')}`;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let at = 0; at <= groups.length; at++) {
    if (groups[at] === 0) continue;
    if (at - start > best.length) best = { start, length: at - start };
    start = at + 1;
  }
  return best;
}
