import { useCallback, useEffect, useState } from 'preact/hooks';
import { ApiClient } from '../api/api-client.ts';
import { ApiProblem, problemOfThrow } from '../api/api-problem.ts';
import { readResourceMap, type ResourceMap } from '../api/resource-map.ts';
import { readSession, type Session } from '../api/session.ts';
import { tokenStore } from './token-store.ts';

/** Somebody whom the node knows. */
export interface SignedIn {
  readonly kind: 'signed-in';
  readonly client: ApiClient;
  readonly session: Session;
  readonly resources: ResourceMap;
  /** Whether there is a token to forget: an open console has none. */
  readonly hasToken: boolean;
}

/** Where signing in stands. */
export type SessionState =
  | { readonly kind: 'trying' }
  | { readonly kind: 'token-needed'; readonly reason: string }
  | { readonly kind: 'failed'; readonly problem: ApiProblem }
  | SignedIn;

/** Signing in and out. */
export interface SessionControl {
  readonly state: SessionState;
  readonly signIn: (token: string) => void;
  readonly signOut: () => void;
  readonly retry: () => void;
}

/** Signs in with the token of this tab, or with none where the console is open. */
export function useSession(): SessionControl {
  const [state, setState] = useState<SessionState>({ kind: 'trying' });
  const enter = useCallback((token: string, refusedReason: string) => {
    setState({ kind: 'trying' });
    void open(token, refusedReason, setState).then(setState);
  }, []);
  useEffect(() => {
    const token = tokenStore.read();
    enter(token, token === '' ? '' : 'The token of before does not count any more.');
  }, [enter]);
  return {
    state,
    signIn: (token) => enter(token, 'No such token on this node.'),
    signOut: () => {
      tokenStore.clear();
      enter('', '');
    },
    retry: () => enter(tokenStore.read(), ''),
  };
}

async function open(
  token: string,
  refusedReason: string,
  onChange: (state: SessionState) => void,
): Promise<SessionState> {
  let isIn = false;
  const onUnauthorized = (): void => {
    if (!isIn) return;
    tokenStore.clear();
    onChange({ kind: 'token-needed', reason: 'The node does not take the token any more.' });
  };
  const client = new ApiClient({ token, onUnauthorized });
  try {
    const session = readSession(await client.get('/session'));
    const resources = readResourceMap(await client.get('/openapi.json'));
    isIn = true;
    if (token !== '') tokenStore.write(token);
    return { kind: 'signed-in', client, session, resources, hasToken: token !== '' };
  } catch (thrown) {
    const problem = problemOfThrow(thrown);
    if (!problem.isUnauthorized) return { kind: 'failed', problem };
    tokenStore.clear();
    return { kind: 'token-needed', reason: refusedReason };
  }
}
