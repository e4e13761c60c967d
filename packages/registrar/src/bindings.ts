import type { ContactBinding, RegisteredContact, RegisterParams } from '@tandem/messages';
import type { Store } from '@tandem/store';

/** How a REGISTER ended in the database. */
export type RegisterOutcome = 'done' | 'unknown' | 'outdated' | 'toomany';

/** The key of a binding: the instance with its reg-id (RFC 5626 §6), or else the contact. */
export function bindingKey(contact: ContactBinding): string {
  const { instance, regId } = contact;
  return instance === '' ? contact.contact : `${instance};${regId}`;
}

/** Writes one REGISTER: all of its contacts or none. `ageMs` is how long ago it arrived. */
export async function writeBindings(
  store: Store,
  params: RegisterParams,
  ageMs: number,
  contactsMax: number,
): Promise<RegisterOutcome> {
  const contacts = params.contacts.map((contact) => ({
    binding: bindingKey(contact),
    location: contact.data,
    contact: contact.contact,
    expires: contact.expiresSeconds,
    q: contact.q,
    instance: contact.instance,
    regId: contact.regId,
    path: contact.path,
    connection: contact.connection,
  }));
  const [row] = await store.call<{ outcome: RegisterOutcome }>(
    'select register_contacts_1($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as outcome',
    [
      params.username,
      JSON.stringify(contacts),
      params.isWipe,
      params.callId,
      params.cseq,
      params.nodename,
      params.boot,
      params.address,
      params.userAgent,
      ageMs,
      contactsMax,
    ],
  );
  return row?.outcome ?? 'unknown';
}

/** All living bindings of a user, the latest first: what a 200 to REGISTER lists. */
export async function listContacts(
  store: Store,
  username: string,
): Promise<readonly RegisteredContact[]> {
  const rows = await store.call<{
    contact: string;
    expires: number;
    q: number;
    instance: string;
    reg_id: string;
  }>(
    `select contact, q, instance, reg_id,
        greatest(1, ceil(extract(epoch from expires_at - clock_timestamp())))::float8 as expires
      from registrations where username = $1 and expires_at > clock_timestamp()
      order by received_at desc, binding`,
    [username],
  );
  return rows.map(({ contact, expires, q, instance, reg_id }) => ({
    contact,
    expiresSeconds: expires,
    // A real of the database is not quite what was written; three digits are what SIP allows.
    q: Math.round(q * 1000) / 1000,
    instance,
    regId: reg_id,
  }));
}

/** Which bindings are removed; what is empty chooses nothing. */
export interface RemovedBindings {
  readonly username: string;
  readonly connection: string;
  /** Those with a Path stay: another node reaches the phone by it (RFC 3327). */
  readonly keepsPaths: boolean;
}

/** Removes bindings of one boot of a node: by connection, by user, or all. How many went. */
export async function removeBindings(
  store: Store,
  owner: { readonly node: string; readonly boot: string },
  { username, connection, keepsPaths }: RemovedBindings,
): Promise<number> {
  const rows = await store.call<{ username: string }>(
    `delete from registrations
      where node = $1 and boot = $2 and ($3 = '' or username = $3) and ($4 = '' or connection = $4)
        and not ($5 and path <> '{}')
      returning username`,
    [owner.node, owner.boot, username, connection, keepsPaths],
  );
  return rows.length;
}

/** Removes bindings whose time is over by the database's clock, so many at most. How many went. */
export async function removeExpired(store: Store, most: number): Promise<number> {
  const rows = await store.call<{ username: string }>(
    `delete from registrations where (username, binding) in (
        select username, binding from registrations where expires_at <= clock_timestamp()
        limit $1 for update skip locked)
      returning username`,
    [most],
  );
  return rows.length;
}

/** How many living bindings a node has. */
export async function countBindings(store: Store, node: string): Promise<number> {
  const [row] = await store.call<{ count: bigint }>(
    'select count(*) as count from registrations where node = $1 and expires_at > clock_timestamp()',
    [node],
  );
  return Number(row?.count ?? 0);
}
