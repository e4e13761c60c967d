import { systemClock } from '@tandem/engine';
import type { CliCommand } from '@tandem/messages';
import type { Store } from '@tandem/store';
import {
  deckImportCommand,
  deckRollbackCommand,
  describeFollowing,
  followNodes,
  importDeck,
  type ImportLine,
  type ImportProgress,
  type ImportReport,
  rollbackDeck,
  type RollbackReport,
  writeImportRequest,
} from '@tandem/wholesale';
import { type ApiClient, type ApiReply, faultOf } from '../api/api-client.ts';
import { CliFault } from '../cli/cli-fault.ts';
import { FAILED } from '../cli/exit-codes.ts';
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
export function deckVerbsBy(client: ApiClient, tell: Tell): readonly CliCommand[] {
  return [
    deckImportCommand(async (sheet, options) => {
      const path = `/decks/${encodeURIComponent(options.deck)}/import`;
      const request = { ...writeImportRequest(sheet, options), progress: true };
      const reply = await client.sendForLines('POST', path, request, (line) => {
        if (isProgress(line)) options.onProgress?.(line.progress);
      });
      const { body, nodes } = (reply.body ?? {}) as Partial<LastLine>;
      const report = body as (ImportReport & { readonly error?: unknown }) | undefined;
      if (report?.findings === undefined) throw faultOf(lastReply(reply));
      if (nodes !== undefined) tell(describeFollowing(nodes));
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

const SEE_VERSION = 'whether the sheet was written, the version of the deck says: /api/v1/decks';

type LastLine = Exclude<ImportLine, { readonly progress: unknown }>;

function isProgress(line: unknown): line is { readonly progress: ImportProgress } {
  return typeof line === 'object' && line !== null && 'progress' in line;
}

/** What the last line says, as if it had come at once; a refusal before any line is as it is. */
function lastReply(reply: ApiReply): ApiReply {
  if (isProgress(reply.body)) throw new CliFault('the node broke off', FAILED, SEE_VERSION);
  const { status, body } = (reply.body ?? {}) as Partial<LastLine>;
  if (typeof status !== 'number') return reply;
  return { status, body, text: JSON.stringify(body) };
}
