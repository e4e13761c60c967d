import { type Bus, Engine } from '@tandem/engine';
import { createRegistrarPlugin } from '@tandem/registrar';
import type { Store } from '@tandem/store';
import { createWholesaleSetUpPlugin } from '@tandem/wholesale';
import type { Terminal } from '../cli/terminal.ts';
import { migrations } from '../node/migrations.ts';
import type { NodeSettings } from '../node/settings.ts';
import { withStore } from './with-store.ts';

/** A database with the features that own its tables: enough for a set-up, and no calls. */
export interface OfflineFeatures {
  readonly bus: Bus;
  readonly store: Store;
}

/**
 * Gathers the features on a bus that is never started, with the tables up to date.
 * @throws TandemError when the database cannot be reached or does not fit
 */
export async function withFeatures<T>(
  { node, conf }: NodeSettings,
  terminal: Terminal,
  work: (features: OfflineFeatures) => Promise<T>,
): Promise<T> {
  return await withStore(conf, terminal, async (store) => {
    await store.migrate(migrations);
    const engine = new Engine({ node });
    try {
      const registrar = createRegistrarPlugin(store);
      await engine.install(registrar, conf.section(registrar.name));
      await engine.install(createWholesaleSetUpPlugin(store));
      return await work({ bus: engine.bus, store });
    } finally {
      await engine.stop();
    }
  });
}
