import type { UserCredentials } from '@tandem/messages';
import type { Store } from '@tandem/store';

/** Hashes of several users in one statement; those of another realm are of no use and left out. */
export async function readCredentials(
  store: Store,
  realm: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, UserCredentials>> {
  const rows = await store.call<{ name: string; ha1_md5: string; ha1_sha256: string }>(
    'select name, ha1_md5, ha1_sha256 from users where realm = $1 and name = any($2)',
    [realm, names],
  );
  return new Map(
    rows.map(({ name, ha1_md5, ha1_sha256 }) => [
      name,
      { username: name, realm, ha1Md5: ha1_md5, ha1Sha256: ha1_sha256 },
    ]),
  );
}
