import { systemClock } from '@tandem/engine';
import type { CliCommand } from '@tandem/messages';
import type { Store } from '@tandem/store';
import {
  deckImportCommand,
  deckRollbackCommand,
  describeFollowing,
  followNodes,
  importDeck,
  type ImportReport,
  rollbackDeck,
  type RollbackReport,
  writeImportRequest,
} from '@tandem/wholesale';
import { type ApiClient, faultOf } from '../api/api-client.ts';
import { FOLLOW_MS } from '../setup/run-set-up.ts';

/** Says what a person should know of the nodes. */
type Tell = (text: string) => void;

/** The verbs of decks by the database: what they change is followed to the nodes. */
export function deckVerbsOf(store: Store, tell: Tell): readonly CliCommand[] {
  const follow = async (): Promise<void> => {
    // What the nodes do not say is no fault of what was committed.
    const nodes = await followNodes(store, systemClock, FOLLOW_MS).catch(() => undefined);
    const told = nodes === undefined ? '' : describeFollowing(nodes);
    if (told !== '') tell(told);
  };
  return [
    deckImportCommand(async (sheet, options) => {
      const report = await importDeck(store, sheet, options);
      if (report.isApplied) await follow();
      return report;
    }, systemClock),
    deckRollbackCommand(async (...wanted) => {
      const report = await rollbackDeck(store, ...wanted);
      if (!('problem' in report)) await follow();
      return report;
    }),
  ];
}

/** The same verbs by a node. */
export function deckVerbsBy(client: ApiClient): readonly CliCommand[] {
  return [
    deckImportCommand(async (sheet, options) => {
      const path = `/decks/${encodeURIComponent(options.deck)}/import`;
      const reply = await client.send('POST', path, writeImportRequest(sheet, options));
      const report = reply.body as (ImportReport & { readonly error?: unknown }) | undefined;
      if (report?.findings === undefined) throw faultOf(reply);
      const { error: _error, ...rest } = report;
      return rest;
    }, systemClock),
    deckRollbackCommand(async (deck, to) => {
      const path = `/decks/${encodeURIComponent(deck)}/rollback`;
      const body = to === undefined ? {} : { to: String(to) };
      return (await client.ask('POST', path, body)).body as RollbackReport;
    }),
  ];
}
