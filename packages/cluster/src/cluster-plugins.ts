import { definePlugin, type Plugin, TandemError } from '@tandem/engine';
import type { Leases, Membership, Switchboard } from '@tandem/messages';
import {
  type GeneralConfig,
  generalConfig,
  isEnabled,
  prioritiesConfig,
  type PrioritiesConfig,
} from './cluster-config.ts';
import { handleAdmitted } from './handlers/call-admit.admitted.ts';
import { handleCdrStamp } from './handlers/call-cdr.stamp.ts';
import { handleForward } from './handlers/call-execute.forward.ts';
import { handleNatsDriver } from './handlers/call-execute.nats.ts';
import { handleReplaceForward } from './handlers/call-execute.replace.ts';
import { handlePrerouteTrust } from './handlers/call-preroute.trust.ts';
import { handleRouteLocal } from './handlers/call-route.local.ts';
import { handleLocateLease } from './handlers/cluster-locate.lease.ts';
import { handleReleaseLease } from './handlers/cluster-release.lease.ts';
import { handleLegEvent } from './handlers/leg-event.link.ts';
import { handleTakeOver } from './handlers/leg-execute.take.ts';
import { handleLegSync } from './handlers/leg-sync.link.ts';
import { handleClusterMetrics } from './handlers/metrics-collect.cluster.ts';
import { handleDeliverForward } from './handlers/sip-deliver.forward.ts';
import { handleRegisterPrefix } from './handlers/user-register.prefix.ts';
import { LinkKeeper } from './link/link-keeper.ts';
import { LinkTable } from './link/link-table.ts';
import { normalisePrefix, ownPrefix } from './node-names.ts';
import { compileBasic } from './posix-regexp.ts';

/** What clustering stands on. */
export interface ClusterOptions {
  readonly switchboard: Switchboard;
  readonly membership: Membership;
  readonly leases: Leases;
  /** How long calls between nodes outlive a lost NATS connection, ms: `[nats] legGraceSeconds`. */
  readonly graceMs: number;
  /** `[priorities]`, read: the places of the four handlers of Yate. */
  readonly priorities: () => PrioritiesConfig;
}

/**
 * Yate's clustering module as a plugin on `[general]`: what is another node's goes there, what
 * comes from there goes where its headers say. A reload changes all of it, priorities too.
 */
export function createClusterPlugin(options: ClusterOptions): Plugin<typeof generalConfig> {
  return definePlugin({
    name: 'general',
    config: generalConfig,
    setup(scope, config) {
      // Living legs stay over a reload: the table and its keeper belong to the first set-up.
      const { membership, leases, switchboard, graceMs } = options;
      const counters = scope.keep('counters', () => ({ strippedHeaders: 0, malformedFrames: 0 }));
      const table = scope.keep(
        'links',
        () => new LinkTable(scope.bus, scope.log, () => membership.isConnected),
        (links) => links.clear(),
      );
      scope.keep(
        'keeper',
        () => new LinkKeeper(scope.bus, scope.log, membership, table),
        (keeper) => keeper.stop(),
      );
      // Who was charged for the call by the sister that hands it over.
      scope.declareFact('admitted', { crosses: true });

      handlePrerouteTrust(scope, counters);
      handleLegEvent(scope, table, counters);
      handleLegSync(scope, table);
      handleClusterMetrics(scope, table, leases, counters);
      if (!isEnabled(config)) return;

      const prefix = normalisePrefix(config.prefix);
      const own = ownPrefix(prefix, scope.node);
      const places = options.priorities();
      if (config['user.register']) {
        handleRegisterPrefix(scope, { priority: places['user.register'], prefix, own });
      }
      if (config['call.cdr']) handleCdrStamp(scope, { priority: places['call.cdr'], own });
      handleRouteLocal(scope, { priority: places['call.route'], prefix });
      handleAdmitted(scope);
      handleReplaceForward(scope, {
        priority: places['call.execute'],
        prefix,
        isLiving: (node) => isLiving(membership, node),
      });
      handleForward(scope, {
        priority: places['call.execute'],
        prefix,
        regexp: regexpOf(config),
        callto: config.callto,
        locate: config.locate,
        isDead: (node) => membership.find(node)?.state === 'dead',
      });
      handleDeliverForward(scope, prefix);
      handleNatsDriver(scope, { switchboard, membership, table, graceMs });
      handleTakeOver(scope, { prefix, switchboard, membership, table, graceMs });
      handleLocateLease(scope, { membership, leases, switchboard });
      handleReleaseLease(scope, leases);
    },
  });
}

/** `[priorities]` of Yate's clustering: read by the cluster's plugin, which owns the handlers. */
export function createPrioritiesPlugin(): Plugin<typeof prioritiesConfig> {
  return definePlugin({ name: 'priorities', config: prioritiesConfig, setup: () => undefined });
}

function isLiving(membership: Membership, node: string): boolean {
  const state = membership.find(node)?.state;
  return state !== undefined && state !== 'dead';
}

function regexpOf(config: GeneralConfig): RegExp {
  const regexp = compileBasic(config.regexp);
  if (typeof regexp !== 'string') return regexp;
  const issues = `[general] regexp: expected a POSIX basic expression, got "${config.regexp}" (${regexp})`;
  throw new TandemError('CONFIG_INVALID', { issues });
}
