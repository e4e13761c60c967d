import { randomBytes } from 'node:crypto';
import { definePlugin, type Plugin } from '@tandem/engine';
import type { NodeIdentity, Switchboard } from '@tandem/messages';
import type { MemoryNetwork, ResolveTargets } from '@tandem/sip-stack';
import { sipConfig } from './config.ts';
import { handleReplaceDriver } from './handlers/call-execute.replace.ts';
import { handleRouteReplaces } from './handlers/call-route.replaces.ts';
import { handleCallExecute } from './handlers/call-execute.sip.ts';
import { handleDeliver } from './handlers/sip-deliver.send.ts';
import { handleEngineReload } from './handlers/engine-reload.sip.ts';
import { handleMetricsCollect } from './handlers/metrics-collect.sip.ts';
import { handleNodeStatus } from './handlers/node-status.sip.ts';
import { handleSipResources } from './handlers/console-resources.sip.ts';
import { handleSipTrace } from './handlers/sip-trace.book.ts';
import { handleSipReturn } from './handlers/sip-return.sip.ts';
import { handleSipStray } from './handlers/sip-stray.sip.ts';
import { handleTrunkProbe } from './handlers/trunk-probe.sip.ts';
import { handleTrunkRegister } from './handlers/trunk-register.sip.ts';
import { SipDriver } from './sip-driver.ts';

/** What the SIP plugin is given by the node. */
export interface SipPluginOptions {
  /** Where new calls are handed in. */
  readonly switchboard: Switchboard;
  /** This node and this boot of it. */
  readonly identity: NodeIdentity;
  /** Realm of digest, one per cluster (`[registrar] realm`); default `tandem`. */
  readonly realm?: string;
  /** Whether any user exists; default: whether somebody answers `user.auth`. */
  readonly hasUsers?: () => boolean;
  /** How late the event loop is, ms, for `[sip] overloadLag`; default never late. */
  readonly lagMs?: () => number;
  /** Random bytes; default the system's. */
  readonly random?: (bytes: number) => Uint8Array;
  /** Places a URI leads to (RFC 3263); default literal addresses and the system's resolver. */
  readonly resolve?: ResolveTargets;
  /** A network in memory instead of sockets, for tests. */
  readonly network?: MemoryNetwork;
}

/**
 * SIP as a driver of the bus: takes calls and registrations in, places `sip/…`. Listeners, legs
 * and nonces outlive a reload; the sockets close when the plugin is taken out.
 */
export function createSipPlugin(options: SipPluginOptions): Plugin<typeof sipConfig> {
  return definePlugin({
    name: 'sip',
    config: sipConfig,
    async setup(scope, settings) {
      const driver = scope.keep('driver', () => {
        const { bus, log } = scope;
        return new SipDriver(
          {
            switchboard: options.switchboard,
            identity: options.identity,
            realm: options.realm ?? 'tandem',
            bus,
            log,
            random: options.random ?? randomBytes,
            hasUsers: options.hasUsers ?? (() => bus.handlersOf('user.auth').length > 0),
            lagMs: options.lagMs,
            resolve: options.resolve,
            network: options.network,
          },
          settings,
        );
      });
      driver.hold(scope);
      // The node that registered a trunk tells whose calls come by it; judged where they came in.
      scope.declareFact('line', { crosses: false });
      await driver.apply(settings);
      handleCallExecute(scope, driver, settings.priority);
      handleReplaceDriver(scope, driver);
      handleRouteReplaces(scope);
      handleDeliver(scope, driver);
      handleEngineReload(scope, driver);
      handleMetricsCollect(scope, driver);
      handleNodeStatus(scope, driver);
      handleSipStray(scope, driver);
      handleSipReturn(scope, driver);
      handleSipTrace(scope, driver.traces);
      handleSipResources(scope, driver.identity);
      handleTrunkRegister(scope, driver);
      handleTrunkProbe(scope, driver);
    },
  });
}
