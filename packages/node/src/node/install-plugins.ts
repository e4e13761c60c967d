import {
  clusterPrefixOf,
  createClusterPlugin,
  createParkPlugin,
  createPrioritiesPlugin,
  generalConfig,
  prioritiesConfig,
} from '@tandem/cluster';
import { createConsolePlugin } from '@tandem/console';
import type { Engine, Plugin, TandemError } from '@tandem/engine';
import { createLedgerPlugin } from '@tandem/ledger';
import { createMeshPlugin, type Mesh, natsConfig } from '@tandem/mesh';
import { createRegistrarPlugin, registrarConfig } from '@tandem/registrar';
import { createSipPlugin } from '@tandem/sip';
import type { Store } from '@tandem/store';
import type { Switch } from '@tandem/switch';
import { createWholesalePlugin } from '@tandem/wholesale';
import { join } from 'node:path';
import { createCdrFilePlugin } from '../cdrfile/cdr-file-plugin.ts';
import { describeFault } from '../fault-tables.ts';
import { createNodePlugin } from './node-plugin.ts';
import type { NodeView } from './node-view.ts';
import type { NodeSettings } from './settings.ts';
import { UserPresence } from './user-presence.ts';

/** What the plugins of a node stand on. */
export interface PluginGround {
  readonly engine: Engine;
  readonly node: NodeView;
  readonly store: Store;
  readonly mesh: Mesh;
  readonly theSwitch: Switch;
  /** Where this node keeps its state. */
  readonly directory: string;
  /** The settings as they are now: a reload changes them. */
  readonly settings: () => NodeSettings;
  readonly onConsole: (url: string) => void;
  /** Ends the process at once, without a word to anybody. */
  readonly abandon: ((fault: TandemError) => void) | undefined;
}

/**
 * Installs all plugins of a node, each with its section. SIP comes when everybody is there who
 * may be asked about a call, the console last.
 * @throws TandemError CONFIG_INVALID, PLUGIN_SETUP_FAILED, CONSOLE_ADDRESS_TAKEN and the like
 */
export async function installPlugins(ground: PluginGround): Promise<void> {
  const { engine, settings } = ground;
  for (const plugin of listPlugins(ground)) {
    await engine.install(plugin, settings().conf.section(plugin.name));
  }
}

function listPlugins(ground: PluginGround): readonly Plugin[] {
  const { engine, node, store, mesh, theSwitch, directory, settings, abandon } = ground;
  const { conf, plugins } = settings();
  const { identity, version } = node;
  const { membership, leases } = mesh;
  const users = new UserPresence(store);
  const { realm } = registrarConfig.parse(conf.section('registrar'));
  return [
    createMeshPlugin(mesh),
    theSwitch.plugin,
    createPrioritiesPlugin(),
    createClusterPlugin({
      switchboard: theSwitch,
      membership,
      leases,
      graceMs: natsConfig.parse(conf.section('nats')).legGraceSeconds,
      priorities: () => prioritiesConfig.parse(settings().conf.section('priorities')),
    }),
    createParkPlugin({
      switchboard: theSwitch,
      membership,
      leases,
      prefix: () => clusterPrefixOf(generalConfig.parse(settings().conf.section('general'))),
    }),
    createRegistrarPlugin(store),
    createWholesalePlugin(store, { isAccepting: () => theSwitch.isAccepting }),
    createLedgerPlugin({ store, identity, directory: join(directory, 'journal'), abandon }),
    createCdrFilePlugin(directory),
    createNodePlugin(node, users),
    ...plugins,
    createSipPlugin({
      switchboard: theSwitch,
      identity,
      realm,
      lagMs: () => node.lag.lagMs,
      // Somebody beside the registrar may know users that no table holds.
      hasUsers: () => users.hasUsers || engine.bus.handlersOf('user.auth').length > 1,
    }),
    createConsolePlugin({
      membership,
      version,
      remedyOf: (code) => describeFault(code)?.remedy,
      onListening: ground.onConsole,
    }),
  ];
}
