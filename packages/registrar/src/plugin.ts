import { definePlugin, type Plugin, type Scope } from '@tandem/engine';
import type { UserCredentials } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { BatchedLookup } from './batched-lookup.ts';
import { countBindings, removeExpired } from './bindings.ts';
import { registrarConfig } from './config.ts';
import { readCredentials } from './credentials.ts';
import { handleUsersSection } from './handlers/apply-sections.users.ts';
import { handleLocation } from './handlers/call-route.location.ts';
import { handleRegistrarMetrics } from './handlers/metrics-collect.registrar.ts';
import { handleAuth } from './handlers/user-auth.hashes.ts';
import { handleLocate } from './handlers/user-locate.phones.ts';
import { handleRegister } from './handlers/user-register.store.ts';
import { handleUnregister } from './handlers/user-unregister.remove.ts';
import { readLocations, type Whereabouts } from './locations.ts';
import { type CredentialsSource, RememberedCredentials } from './remembered-credentials.ts';

/** Between two looks for what has expired, ms. */
const SWEEP_PERIOD_MS = 10_000;
/** Where a change of any user is told. */
const USERS_CHANNEL = 'tandem_users';
/** Rows removed at one look: the rest at the next. */
const SWEEP_MOST = 5_000;

/** The registrar: who the users are and where their phones are, for all nodes the same. */
export function createRegistrarPlugin(store: Store): Plugin<typeof registrarConfig> {
  return definePlugin({
    name: 'registrar',
    config: registrarConfig,
    async setup(scope, config) {
      const { realm } = config;
      const credentials = await rememberCredentials(scope, store, realm);
      const locations = new BatchedLookup<Whereabouts>(
        (names) => readLocations(store, names),
        'nobody',
      );
      handleAuth(scope, realm, credentials);
      handleRegister(scope, store, config.maxContacts);
      handleUnregister(scope, store);
      handleLocation(scope, config.priority, locations);
      handleLocate(scope, locations);
      handleUsersSection(scope, realm);
      handleRegistrarMetrics(scope, sweep(scope, store));
    },
  });
}

async function rememberCredentials(
  scope: Scope,
  store: Store,
  realm: string,
): Promise<RememberedCredentials> {
  const lookup = new BatchedLookup<UserCredentials | undefined>(
    (names) => readCredentials(store, realm, names),
    undefined,
  );
  const source: CredentialsSource = {
    find: (name) => lookup.find(name),
    get isUp() {
      return store.isUp;
    },
  };
  const remembered = new RememberedCredentials(source, scope.clock);
  scope.onDispose(await store.notices.listen(USERS_CHANNEL, remembered));
  return remembered;
}

/** Removes what has expired, and counts what this node has; gives the last count. */
function sweep(scope: Scope, store: Store): () => number {
  let count = 0;
  scope.every(SWEEP_PERIOD_MS, async () => {
    if (!store.isUp) return;
    await removeExpired(store, SWEEP_MOST);
    count = await countBindings(store, scope.node);
  });
  return () => count;
}
