/**
 * Whether a literal address is of IPv6. For addresses known to be literal: Node's own check is a
 * regular expression of 800 characters, which cost more than parsing a header.
 */
export function isSix(address: string): boolean {
  return address.includes(':');
}

/** The 4 or 16 bytes of a literal address, in network order. */
export function addressBytes(address: string): number[] {
  if (!isSix(address)) return address.split('.').map(Number);
  const [head = '', tail] = address.split('::');
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const middle = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return [...left, ...middle, ...right].flatMap((group) => [group >> 8, group & 0xff]);
}

function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
