export { callExpiring } from './calls/call-expiring.ts';
export { CallCharges } from './charge/call-charges.ts';
export { type LedgerConfig, ledgerConfig } from './config.ts';
export { ledgerFaults } from './faults.ts';
export { ledgerMigrations } from './migrations/index.ts';
export { createLedgerPlugin, type LedgerPluginOptions } from './plugin.ts';
export { createLedgerVerbsPlugin } from './verbs-plugin.ts';
export { balanceLow } from './recharge/balance-low.ts';
export { ledgerVerbs } from './ledger-verbs.ts';
