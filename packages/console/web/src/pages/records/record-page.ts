import { listOf, objectOf, textOf } from '../../api/read-json.ts';
import type { RecordRow } from './record-columns.tsx';

/** One answer of GET /cdrs. */
export interface RecordPage {
  readonly records: readonly RecordRow[];
  readonly nextCursor: string | undefined;
}

/** Reads one answer of GET /cdrs. */
export function readRecordPage(body: unknown): RecordPage {
  const { cdrs, nextCursor } = objectOf(body);
  const cursor = textOf(nextCursor);
  return {
    records: listOf(cdrs).map(objectOf),
    nextCursor: cursor === '' ? undefined : cursor,
  };
}

/** The resource for these filters; only what the node knows is asked for. */
export function recordsResource(
  filters: Readonly<Record<string, string>>,
  known: readonly string[],
  cursor: string | undefined,
): string {
  const search = new URLSearchParams();
  for (const name of known) {
    const value = filters[name]?.trim() ?? '';
    if (value !== '' && name !== 'cursor') search.set(name, value);
  }
  if (cursor !== undefined && known.includes('cursor')) search.set('cursor', cursor);
  const text = search.toString();
  return text === '' ? '/cdrs' : `/cdrs?${text}`;
}
