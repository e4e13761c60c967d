export { wholesaleMigrations } from './migrations/index.ts';
export type { RouteTestFact } from './routing/route-test-fact.ts';
export type { CatalogueLoader } from './decks/worker-loader.ts';
export { type WholesaleConfig, wholesaleConfig } from './wholesale-config.ts';
export { createWholesalePlugin, type WholesaleOptions } from './wholesale-plugin.ts';
