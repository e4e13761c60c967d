import { parseDecimal } from './characters.ts';
import { splitCommaList } from './comma-list.ts';
import { type NameAddr, parseNameAddr } from './name-addr.ts';

/** The contacts of a message in order, or `'*'`: all bindings (RFC 3261 §10.2.2). */
export type Contacts = readonly NameAddr[] | '*';

/** Reads all Contact header values; undefined where one is broken or `*` stands beside others. */
export function parseContacts(values: readonly string[]): Contacts | undefined {
  const contacts: NameAddr[] = [];
  for (const value of values) {
    if (value === '*') return values.length === 1 ? '*' : undefined;
    for (const element of splitCommaList(value)) {
      const contact = parseNameAddr(element);
      if (contact === undefined) return undefined;
      contacts.push(contact);
    }
  }
  return contacts;
}

/**
 * The `expires` parameter of a contact in seconds; undefined where there is none or it is no
 * number, which counts as none (RFC 3261 §10.3). A number too large is cut to 2^32 − 1.
 */
export function contactExpiresSeconds(contact: NameAddr): number | undefined {
  const text = contact.params.get('expires');
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  return parseDecimal(text, 2 ** 32 - 1) ?? 2 ** 32 - 1;
}

/** The `q` parameter of a contact in thousandths, 0 to 1000; 1000 where none or a broken one is. */
export function contactPreference(contact: NameAddr): number {
  const text = contact.params.get('q');
  if (text === undefined || !/^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text)) return 1000;
  return Math.round(Number(text) * 1000);
}
