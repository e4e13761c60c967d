import type { Scope } from '@tandem/engine';
import type { ApiAnswer, ApiRequest, ApiResource } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { followNodes } from '../decks/nodes-in-force.ts';
import type { ImportReport } from '../import/import-deck.ts';
import { importInWorker } from '../import/import-in-worker.ts';
import { importLines } from '../import/import-lines.ts';
import { readImportRequest } from '../import/import-request.ts';
import { rollbackDeck } from '../import/rollback-deck.ts';
import { errorAnswer } from './error-answer.ts';

/** Longer than nodes look for changes, ms. */
const FOLLOW_MS = 5_000;

/** POST /decks/{name}/import and /decks/{name}/rollback: what the verbs of the command line do. */
export function deckChangeResources(scope: Scope, store: Store): readonly ApiResource[] {
  return [
    {
      method: 'POST',
      path: '/decks/{name}/import',
      role: 'admin',
      summary:
        'Brings a rate sheet, in base64, into a deck, and shows what it changes. With `progress` the answer comes as lines of JSON: how far it is, and at last its status and body; breaking off ends it.',
      refusals: { 422: 'Nothing was written: `stopped` says why, `findings` where.' },
      handle: async (request) => await importSheet(scope, store, request),
    },
    {
      method: 'POST',
      path: '/decks/{name}/rollback',
      role: 'admin',
      summary: 'Puts the rates of a deck back as they were before its last import, or at `to`.',
      refusals: { 422: 'There is nothing to go back to.' },
      handle: async (request) => await rollback(store, request),
    },
  ];
}

async function importSheet(
  { clock, log }: Scope,
  store: Store,
  { params, body, actor }: ApiRequest,
): Promise<ApiAnswer> {
  const told = { deck: params['name'] ?? '', actor, at: clock.now() };
  const read = readImportRequest(body, told);
  if ('message' in read) {
    const { where, message } = read;
    return errorAnswer(400, 'IMPORT_INVALID', message, { where });
  }
  const { sheet, options } = read;
  if (!read.isProgressWanted) return answerOf(await importInWorker(store.url, sheet, options));
  const lines = importLines(clock, async (asking) => {
    try {
      const report = await importInWorker(store.url, sheet, options, asking);
      if (!report.isApplied) return answerOf(report);
      // What the nodes do not say is no fault of what was committed.
      const nodes = await followNodes(store, clock, FOLLOW_MS).catch(() => undefined);
      return { ...answerOf(report), nodes };
    } catch (fault) {
      log.error('an import failed', { deck: options.deck, fault: String(fault) });
      const message = `nothing is known to be written: ${(fault as Error).message}`;
      return errorAnswer(500, 'IMPORT_FAILED', message, { hint: 'see the version of the deck' });
    }
  });
  return { status: 200, body: undefined, lines };
}

function answerOf(report: ImportReport): ApiAnswer {
  if (report.stopped === null) return { status: 200, body: report };
  const error = { code: 'IMPORT_STOPPED', message: report.stopped };
  return { status: 422, body: { ...report, error } };
}

async function rollback(store: Store, { params, body, actor }: ApiRequest): Promise<ApiAnswer> {
  const { to } = (body ?? {}) as { readonly to?: unknown };
  const text = typeof to === 'number' || typeof to === 'string' ? String(to) : '';
  if (to !== undefined && !/^\d{1,18}$/.test(text)) {
    return errorAnswer(400, 'ROLLBACK_INVALID', 'expected a version', { where: 'to' });
  }
  const wanted = to === undefined ? undefined : BigInt(text);
  const report = await rollbackDeck(store, params['name'] ?? '', wanted, actor);
  if (!('problem' in report)) return { status: 200, body: report };
  const { problem, hint } = report;
  return errorAnswer(422, 'ROLLBACK_IMPOSSIBLE', problem, { hint });
}
