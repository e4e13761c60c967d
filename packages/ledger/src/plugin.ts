import { definePlugin, type Plugin, type TandemError } from '@tandem/engine';
import type { NodeIdentity } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { type LedgerConfig, ledgerConfig } from './config.ts';
import { handleAdmission } from './handlers/call-admit.hold.ts';
import { handleFinalRecords } from './handlers/call-cdr.journal.ts';
import { handleNotes } from './handlers/call-cdr.note.ts';
import { handleAttempt } from './handlers/call-execute.attempt.ts';
import { handleCarriage } from './handlers/call-execute.carriage.ts';
import { handleLedgerResources } from './handlers/console-resources.ledger.ts';
import { handleLedgerMetrics } from './handlers/metrics-collect.ledger.ts';
import { handleOrphan } from './handlers/call-orphan.find.ts';
import { handleNodeReady } from './handlers/node-ready.journal.ts';
import { handleUnheld } from './handlers/ledger-unheld.compare.ts';
import { handleJournalStatus } from './handlers/node-status.journal.ts';
import { Ledger } from './ledger.ts';

/** The lease is renewed, and the dead are looked for, ms. */
const BEAT_MS = 1_000;
/** Holds are compared with calls, ms. */
const TIDY_MS = 5_000;
/** Days are counted anew, ms. */
const STATISTICS_MS = 600_000;
/** Bills that are due are looked for, ms. */
const BILLS_MS = 60_000;
/** Partitions of coming months are made, ms. */
const MONTHS_MS = 6 * 3_600_000;

/** What the ledger needs of its node. */
export interface LedgerPluginOptions {
  readonly store: Store;
  readonly identity: NodeIdentity;
  /** Where the node keeps its journal: a directory of its own, on a disk that lasts. */
  readonly directory: string;
  /** Ends the process at once: it turned out to be a copy of one that runs. */
  readonly abandon?: ((fault: TandemError) => void) | undefined;
}

/**
 * The ledger: calls are admitted once, kept paid, charged exactly once. A reload changes settings;
 * calls, journal and lease go on. `admissionDeadline` and `deadAfter` count from the next start.
 */
export function createLedgerPlugin(options: LedgerPluginOptions): Plugin<typeof ledgerConfig> {
  return definePlugin({
    name: 'ledger',
    config: ledgerConfig,
    async setup(scope, config: LedgerConfig) {
      const { bus, clock, wheel, log } = scope;
      const ledger = await scope.keep(
        'ledger',
        () => Ledger.open({ ...options, bus, clock, wheel, log }, config),
        async (opened) => (await opened)[Symbol.asyncDispose](),
      );
      const { parts } = ledger;
      parts.config = config;
      handleAdmission(scope, parts);
      handleAttempt(scope, parts);
      handleCarriage(scope);
      handleNotes(scope, parts);
      handleFinalRecords(scope, parts);
      handleLedgerMetrics(scope, ledger);
      handleJournalStatus(scope, parts);
      handleNodeReady(scope, parts);
      handleOrphan(scope, options.store);
      handleUnheld(scope, options.store, parts);
      handleLedgerResources(scope, options.store, parts);
      scope.every(BEAT_MS, () => ledger.beat());
      scope.every(BEAT_MS, () => ledger.sweep());
      scope.every(TIDY_MS, () => ledger.tidy());
      scope.every(STATISTICS_MS, () => ledger.bookkeeper.collectStatistics());
      scope.every(BILLS_MS, () => ledger.bookkeeper.makeBills());
      scope.every(MONTHS_MS, () => ledger.prepareMonths());
      scope.onDispose(
        options.store.onChange((state) => {
          if (state === 'up') ledger.hurry();
        }),
      );
    },
  });
}
