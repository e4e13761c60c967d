import type { CallRow } from '@tandem/console';
import type { ApiClient } from '../api/api-client.ts';
import { textOf, type VerbArguments } from '../cli/verb.ts';

/** What one page holds: enough for most clusters, so that most answers are one. */
const LIMIT = '20000';
/** Pages that are followed; a cluster has fewer calls. */
const PAGES_MAX = 100;

const FILTERS = ['tenant', 'state', 'caller', 'called', 'trunk', 'cursor'] as const;

/** The calls that fit, over all pages, and the bodies as they came. */
export interface ListedCalls {
  readonly calls: readonly CallRow[];
  readonly total: number;
  /** Nodes that did not answer in time. */
  readonly unanswered: readonly string[];
  readonly bodies: readonly string[];
}

interface CallsBody {
  readonly calls: readonly CallRow[];
  readonly total: number;
  readonly unanswered: readonly string[];
  readonly nextCursor?: string;
}

/**
 * Asks for the calls that the arguments choose, page after page: a list that is handed on to
 * `tandem hangup -` must not end at a page. With `--limit` or `--cursor` one page is what is
 * wanted. @throws CliFault with what the node said, TandemError NODE_API_UNREACHABLE
 */
export async function readCalls(
  api: Pick<ApiClient, 'ask'>,
  args: VerbArguments,
): Promise<ListedCalls> {
  const query = new URLSearchParams();
  for (const name of FILTERS) {
    const value = textOf(args, name);
    if (value !== undefined) query.set(name, value);
  }
  const at = textOf(args, 'at');
  if (at !== undefined) query.set('node', at);
  const limit = textOf(args, 'limit');
  query.set('limit', limit ?? LIMIT);
  const isOnePage = limit !== undefined || query.has('cursor');
  const pages: { readonly text: string; readonly body: CallsBody }[] = [];
  for (let page = 0; page < PAGES_MAX; page++) {
    const { text, body } = await api.ask('GET', `/calls?${query.toString()}`);
    const read = body as CallsBody;
    pages.push({ text, body: read });
    if (isOnePage || read.nextCursor === undefined) break;
    query.set('cursor', read.nextCursor);
  }
  return {
    calls: pages.flatMap(({ body }) => body.calls),
    total: pages.at(-1)?.body.total ?? 0,
    unanswered: [...new Set(pages.flatMap(({ body }) => body.unanswered))],
    bodies: pages.map(({ text }) => text),
  };
}
