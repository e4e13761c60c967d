import type { Scope } from '@tandem/engine';
import { priorities, type UserCredentials } from '@tandem/messages';
import type { BatchedLookup } from '../batched-lookup.ts';
import { unlessAway } from '../unless-away.ts';

/** user.auth: the hashes of a user of this realm; nobody's are undefined. */
export function handleAuth(
  scope: Scope,
  realm: string,
  users: BatchedLookup<UserCredentials | undefined>,
): void {
  const options = { priority: priorities.registrar, where: { protocol: 'sip' } };
  scope.handle('user.auth', options, ({ params }) =>
    params.realm === realm && params.username !== ''
      ? unlessAway(users.find(params.username))
      : undefined,
  );
}
