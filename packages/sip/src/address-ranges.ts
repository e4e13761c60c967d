import { BlockList, isIP, isIPv6 } from 'node:net';

/** A set of addresses and networks, as `peers` and `trustedProxies` name them. O(entries). */
export class AddressRanges {
  readonly #list = new BlockList();

  /** @throws RangeError for a text that is neither an address nor a network */
  constructor(readonly texts: readonly string[]) {
    for (const text of texts) this.#add(text);
  }

  /** Whether a literal address, without brackets, lies in one of the ranges. */
  has(address: string): boolean {
    if (this.texts.length === 0 || isIP(address) === 0) return false;
    return this.#list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  }

  #add(text: string): void {
    const slash = text.indexOf('/');
    const address = slash < 0 ? text : text.slice(0, slash);
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    const bitsMax = family === 'ipv6' ? 128 : 32;
    const bits = slash < 0 ? bitsMax : Number(text.slice(slash + 1) || Number.NaN);
    if (isIP(address) === 0 || !Number.isInteger(bits) || bits < 0 || bits > bitsMax) {
      throw new RangeError(`expected an address or a network such as 10.1.0.0/16, got ${text}`);
    }
    this.#list.addSubnet(address, bits, family);
  }
}

/** Whether a text can stand in a list of addresses and networks. */
export function isAddressRange(text: string): boolean {
  try {
    return new AddressRanges([text]).texts.length === 1;
  } catch {
    return false;
  }
}
