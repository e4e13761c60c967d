import type { FeatureMigrations } from '@tandem/store';
import { bootsAndHolds } from './001-boots-and-holds.ts';
import { books } from './002-books.ts';
import { cdrs } from './003-cdrs.ts';
import { admission } from './004-admission.ts';
import { settlement } from './005-settlement.ts';
import { leases } from './006-leases.ts';
import { recharges } from './007-recharges.ts';
import { dailyStatistics } from './008-daily-statistics.ts';
import { fencingInOrder } from './009-fencing-in-order.ts';
import { bills } from './010-bills.ts';
import { rerating } from './011-rerating.ts';
import { archives } from './012-archives.ts';
import { lowBalances } from './013-low-balances.ts';
import { droppedArchives } from './014-dropped-archives.ts';
import { bootHolders } from './015-boot-holders.ts';
import { balanceAlerts } from './016-balance-alerts.ts';
import { beatsAfterFailover } from './017-beats-after-failover.ts';
import { settlingTexts } from './018-settling-texts.ts';

/**
 * The ledger's tables and functions, step by step. The functions move columns of `tenants` and
 * `trunks`, which are the wholesale package's: both lists are applied.
 */
export const ledgerMigrations: FeatureMigrations = {
  feature: 'ledger',
  migrations: [
    bootsAndHolds,
    books,
    cdrs,
    admission,
    settlement,
    leases,
    recharges,
    dailyStatistics,
    fencingInOrder,
    bills,
    rerating,
    archives,
    lowBalances,
    droppedArchives,
    bootHolders,
    balanceAlerts,
    beatsAfterFailover,
    settlingTexts,
  ],
};
