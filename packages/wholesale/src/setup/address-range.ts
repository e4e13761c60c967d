import { isIPv4, isIPv6 } from 'node:net';

/** Addresses whose first `length` bits are those of `bits`. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly bits: bigint;
  readonly length: number;
}

const WIDTH = { 4: 32, 6: 128 } as const;
/** `::ffff:0:0/96`: IPv4 as a dual-stack socket shows it (RFC 4291 §2.5.5.2). */
const MAPPED = 0xffffn;

/** Reads an address; IPv4 mapped into IPv6 is IPv4. Undefined if it is none. */
export function readAddress(text: string): AddressRange | undefined {
  if (isIPv4(text)) return { family: 4, bits: bitsOfV4(text), length: 32 };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const bits = bitsOfV6(text);
  if (bits >> 32n === MAPPED) return { family: 4, bits: bits & 0xffffffffn, length: 32 };
  return { family: 6, bits, length: 128 };
}

/** Reads `10.1.0.0/16`, `2001:db8::/32` or one address. Undefined, or bits behind the length: no range. */
export function readRange(text: string): AddressRange | undefined {
  const [host = '', size, ...rest] = text.trim().split('/');
  const address = readAddress(host);
  if (address === undefined || rest.length > 0) return undefined;
  if (size === undefined) return address;
  const length = /^\d{1,3}$/.test(size) ? Number(size) : -1;
  if (length < 0 || length > address.length) return undefined;
  const range = { ...address, length };
  return masked(range) === address.bits ? range : undefined;
}

/** The first `length` bits of an address, as a number. */
export function prefixOf({ family, bits }: AddressRange, length: number): bigint {
  return bits >> BigInt(WIDTH[family] - length);
}

function masked(range: AddressRange): bigint {
  return prefixOf(range, range.length) << BigInt(WIDTH[range.family] - range.length);
}

function bitsOfV4(text: string): bigint {
  return text.split('.').reduce((bits, octet) => (bits << 8n) | BigInt(octet), 0n);
}

function bitsOfV6(text: string): bigint {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (tail !== null) {
    const low = bitsOfV4(tail[2]!);
    const words = `${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`;
    return bitsOfV6(`${tail[1]}${words}`);
  }
  const [head = '', rest] = text.split('::');
  const front = wordsOf(head);
  const back = wordsOf(rest ?? '');
  const gap = Array.from({ length: 8 - front.length - back.length }, () => 0n);
  return [...front, ...gap, ...back].reduce((bits, word) => (bits << 16n) | word, 0n);
}

function wordsOf(text: string): bigint[] {
  return text === '' ? [] : text.split(':').map((word) => BigInt(`0x${word}`));
}
