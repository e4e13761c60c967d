import { splitCommaList } from './comma-list.ts';
import type { MessageHeaders } from './message-headers.ts';
import { type NameAddr, parseNameAddr } from './name-addr.ts';

/** The kinds of privacy asked for, lower case (RFC 3323 §4.2): `id`, `header`, `user`, `none`. */
export function parsePrivacy(values: readonly string[]): ReadonlySet<string> {
  const kinds = new Set<string>();
  for (const value of values) {
    for (const kind of value.split(/[;,]/, 16)) {
      if (kind.trim() !== '') kinds.add(kind.trim().toLowerCase());
    }
  }
  return kinds;
}

/**
 * The addresses of P-Asserted-Identity, P-Preferred-Identity, Remote-Party-ID, Diversion or
 * History-Info in order, at most `entriesMax`; broken ones are left out.
 */
export function parseAddresses(
  headers: MessageHeaders,
  name: string,
  entriesMax: number,
): NameAddr[] {
  const addresses: NameAddr[] = [];
  for (const value of headers.getAll(name)) {
    for (const element of splitCommaList(value)) {
      if (addresses.length >= entriesMax) return addresses;
      const address = parseNameAddr(element);
      if (address?.uri !== undefined) addresses.push(address);
    }
  }
  return addresses;
}
