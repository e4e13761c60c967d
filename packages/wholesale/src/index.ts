export { deckImportCommand, type ImportSheet } from './cli/deck-import-command.ts';
export { deckRollbackCommand, type RollBack } from './cli/deck-rollback-command.ts';
export { priceCommand } from './cli/price-command.ts';
export {
  type ApiReply,
  type AskApi,
  routeTestCommand,
  showRoute,
} from './cli/route-test-command.ts';
export { trunksCommand } from './cli/trunks-command.ts';
export type { CarrierNews } from './carriers/carrier-news.ts';
export type { CatalogueLoader } from './decks/worker-loader.ts';
export { importDeck, type ImportOptions, type ImportReport } from './import/import-deck.ts';
export { type ImportRequest, writeImportRequest } from './import/import-request.ts';
export type { ImportLine } from './import/import-lines.ts';
export type { ImportProgress } from './import/import-progress.ts';
export { rollbackDeck, type RollbackReport } from './import/rollback-deck.ts';
export { wholesaleMigrations } from './migrations/index.ts';
export type {
  AttemptReport,
  CandidateReport,
  RouteReport,
  TermsReport,
  TrailReport,
} from './route-test/route-report.ts';
export type { RouteTestFact } from './routing/route-test-fact.ts';
export { type WholesaleConfig, wholesaleConfig } from './wholesale-config.ts';
export { createWholesalePlugin, type WholesaleOptions } from './wholesale-plugin.ts';
export { createWholesaleSetUpPlugin } from './set-up-plugin.ts';
export { describeFollowing, followNodes } from './decks/nodes-in-force.ts';
