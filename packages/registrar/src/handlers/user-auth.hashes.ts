import type { Scope } from '@tandem/engine';
import { priorities } from '@tandem/messages';
import type { RememberedCredentials } from '../remembered-credentials.ts';
import { unlessAway } from '../unless-away.ts';

/** user.auth: the hashes of a user of this realm; nobody's are undefined. */
export function handleAuth(scope: Scope, realm: string, users: RememberedCredentials): void {
  const options = { priority: priorities.registrar, where: { protocol: 'sip' } };
  scope.handle('user.auth', options, ({ params }) => {
    const { username } = params;
    if (params.realm !== realm || username === '') return undefined;
    const remembered = params.isFresh === true ? undefined : users.recall(username);
    return remembered ?? unlessAway(users.read(username));
  });
}
