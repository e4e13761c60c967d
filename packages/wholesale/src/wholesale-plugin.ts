import { definePlugin, type Plugin, type Scope } from '@tandem/engine';
import type { Store } from '@tandem/store';
import { randomBytes } from 'node:crypto';
import { DigestTrunks } from './caller/digest-trunks.ts';
import { CarrierDesk } from './carriers/carrier-desk.ts';
import { NewsDesk } from './carriers/news-desk.ts';
import { LiveCatalogue } from './decks/live-catalogue.ts';
import { tellInForce } from './decks/nodes-in-force.ts';
import { readVersions } from './decks/read-versions.ts';
import { type CatalogueLoader, workerLoader } from './decks/worker-loader.ts';
import { handleSetupSections } from './handlers/apply-sections.wholesale.ts';
import { handleAnswered } from './handlers/call-answered.carriers.ts';
import { handleQuality } from './handlers/call-cdr.quality.ts';
import { handleLimits } from './handlers/call-execute.limits.ts';
import { handleProgress } from './handlers/call-progress.carriers.ts';
import { handleRinging } from './handlers/call-ringing.carriers.ts';
import { handleRate } from './handlers/call-route.rate.ts';
import { handleRedirect } from './handlers/call-route.redirect.ts';
import { handleRoutes } from './handlers/call-route.routes.ts';
import { handleTenant } from './handlers/call-route.tenant.ts';
import { handleHangup } from './handlers/chan-hangup.carriers.ts';
import { handleCommands } from './handlers/cli-commands.wholesale.ts';
import { handleResources } from './handlers/console-resources.wholesale.ts';
import { handleMetrics } from './handlers/metrics-collect.wholesale.ts';
import { handleNodeReady } from './handlers/node-ready.decks.ts';
import { handleNodeStatus } from './handlers/node-status.decks.ts';
import { handleSources } from './handlers/user-auth.sources.ts';
import { handleLost } from './handlers/trunk-lost.renew.ts';
import { handleTrunkReports } from './handlers/wholesale-trunks.tell.ts';
import { handleStopInForce } from './handlers/engine-stop.in-force.ts';
import { handleStop } from './handlers/engine-stop.trunks.ts';
import { keepTrunks } from './trunks/keep-trunks.ts';
import { handleCarrierNews } from './handlers/wholesale-carriers.hear.ts';
import { CountryFinder } from './numbers/country-finder.ts';
import { CallerPools } from './routing/caller-pools.ts';
import { leaseTurns } from './routing/lease-turns.ts';
import { drawFrom } from './routing/weighted-draw.ts';
import { wholesaleConfig } from './wholesale-config.ts';

/** Channel of the database on which changes of decks and set-up are hinted at. */
const HINTS = 'tandem_wholesale';
/** Between two looks for branches that were given up in silence, ms. */
const SWEEP_PERIOD_MS = 500;
/** Between two looks for registrations and probes that are due, ms. */
const TRUNKS_PERIOD_MS = 1_000;

/** Nobody answers news; a sister that hears it not within this is left out, ms. */
const NEWS_TIMEOUT_MS = 1_000;

/** What a test, or a node that embeds wholesale, does otherwise. */
export interface WholesaleOptions {
  /** Loads decks and set-up; a worker thread by default. */
  readonly load?: CatalogueLoader;
  /** Seed of the draw among carriers of equal rank. */
  readonly seed?: number;
  /** Whether this node takes calls: one that does not hands its registrations over; default yes. */
  readonly isAccepting?: () => boolean;
}

/**
 * Wholesale: who calls, what it costs, which carriers are tried. Nothing but handlers on the bus
 * and tables: switch and drivers know nothing of tenants.
 */
export function createWholesalePlugin(
  store: Store,
  { load, seed = randomBytes(4).readUInt32LE(), isAccepting = () => true }: WholesaleOptions = {},
): Plugin<typeof wholesaleConfig> {
  return definePlugin({
    name: 'wholesale',
    config: wholesaleConfig,
    async setup(scope, config) {
      const catalogue = scope.keep(
        'catalogue',
        () =>
          new LiveCatalogue({
            load: load ?? workerLoader(() => store.url),
            readVersions: async () => await readVersions(store),
            clock: scope.clock,
            log: scope.log,
          }),
      );
      const desk = scope.keep('carriers', () => new CarrierDesk(scope.clock));
      const countries = scope.keep('countries', () => new CountryFinder());
      const pools = scope.keep(
        'callerPools',
        () =>
          new CallerPools(async (route, turns) => await leaseTurns(store, route, turns), scope.log),
      );
      const draw = scope.keep('draw', () => drawFrom(seed));
      // Tenant and trunk are shown on every node; terms and limits are judged on one only.
      scope.declareFact('account', { crosses: true });
      scope.declareFact('wholesale', { crosses: false });
      scope.declareFact('routeTest', { crosses: false });
      handleSources(scope, catalogue, new DigestTrunks());
      const sources = { catalogue, countries, desk, pools, draw };
      handleRedirect(scope, sources, config);
      handleTenant(scope, catalogue, config);
      handleRate(scope, catalogue, countries, config);
      handleRoutes(scope, sources, config);
      handleLimits(scope, catalogue, desk, config.limitsPriority);
      handleProgress(scope, desk);
      handleRinging(scope, desk);
      handleAnswered(scope, desk);
      handleHangup(scope, desk);
      handleQuality(scope, desk);
      handleNodeStatus(scope, catalogue);
      handleNodeReady(scope, catalogue);
      handleSetupSections(scope, store);
      handleCommands(scope, store);
      const { registrations, probes } = keepTrunks(scope, { desk, draw, isAccepting });
      handleTrunkReports(scope, registrations, desk);
      handleLost(scope, registrations);
      handleStop(scope, registrations);
      handleStopInForce(scope, store);
      handleResources(scope, store, desk, catalogue);
      handleMetrics(scope, catalogue, desk, registrations);
      const news = scope.keep('news', () => new NewsDesk(desk, scope.clock, scope.node));
      handleCarrierNews(scope, catalogue, news);
      scope.every(SWEEP_PERIOD_MS, async () => {
        desk.sweep();
        await tellSisters(scope, news);
      });
      scope.every(TRUNKS_PERIOD_MS, () => {
        const setup = catalogue.current?.setup;
        if (setup === undefined) return;
        registrations.tick(setup);
        probes.tick(setup);
      });
      await keepFresh(scope, store, catalogue, config.poll);
    },
  });
}

/** Tells the other nodes what is new of carriers. A hint: what is lost is not told again. */
async function tellSisters(scope: Scope, news: NewsDesk): Promise<void> {
  const told = news.collect();
  if (told === undefined) return;
  await scope.bus.gather('wholesale.carriers', told, { to: '*', timeoutMs: NEWS_TIMEOUT_MS });
}

/** Polls versions, and looks at once where a notice says that something changed. */
async function keepFresh(
  scope: Scope,
  store: Store,
  catalogue: LiveCatalogue,
  pollMs: number,
): Promise<void> {
  let taking: Promise<void> | undefined;
  // However many notices come, one look at a time is written down.
  const look = (): void => {
    if (taking !== undefined) void catalogue.check();
    else taking = takeOver(scope, store, catalogue).finally(() => (taking = undefined));
  };
  const stop = await store.notices.listen(HINTS, { onNotice: look, onMissed: look });
  scope.onDispose(stop);
  scope.every(pollMs, look);
  // Before the first call, if the database is there; else as soon as it is.
  await takeOver(scope, store, catalogue);
}

/** Takes over what is newer, and writes down what this node goes by then. */
async function takeOver(scope: Scope, store: Store, catalogue: LiveCatalogue): Promise<void> {
  if (!store.isUp) return;
  await catalogue.check();
  const { inForce } = catalogue;
  // A hint for whoever waits for a change: the next look writes it down again.
  if (inForce !== undefined) await tellInForce(store, scope.node, inForce).catch(() => undefined);
}
