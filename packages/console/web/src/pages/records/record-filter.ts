import type { Place } from '../../shell/place.ts';

/** Filters of the address that GET /cdrs knows, those of instants apart. */
const PLAIN = ['tenant', 'caller', 'called', 'trunk', 'status', 'node', 'call', 'kind'] as const;

/** Records of one page. */
export const RECORDS_OF_PAGE = 100;

/**
 * What GET /cdrs is asked for. Instants of the form are by this browser's zone, those of the API
 * are not: they go as epoch ms. One that is half typed is left out.
 */
export function recordsResource(query: Place['query'], cursor: string | undefined): string {
  const search = new URLSearchParams();
  for (const name of PLAIN) {
    const value = query[name]?.trim() ?? '';
    if (value !== '') search.set(name, value);
  }
  for (const name of ['from', 'to'] as const) {
    const at = Date.parse(query[name] ?? '');
    if (at >= 0) search.set(name, String(at));
  }
  search.set('limit', String(RECORDS_OF_PAGE));
  if (cursor !== undefined) search.set('cursor', cursor);
  return `/cdrs?${search.toString()}`;
}
