import type { Place } from '../../shell/place.ts';

/** Filters of the address that GET /cdrs knows, those of instants apart. */
const PLAIN = [
  'tenant',
  'caller',
  'called',
  'trunk',
  'status',
  'suspect',
  'node',
  'call',
  'kind',
] as const;

/** Filters that only a whole one of their form is. */
const FORMED = { code: /^[1-6](\d\d|xx)$/i, minSeconds: /^\d{1,9}$/ };

/** Records of one page. */
export const RECORDS_OF_PAGE = 100;

/**
 * What GET /cdrs is asked for. Instants of the form are by this browser's zone, those of the API
 * are not: they go as epoch ms. One that is half typed is left out.
 */
export function recordsResource(query: Place['query'], cursor: string | undefined): string {
  const search = filtersOf(query);
  search.set('limit', String(RECORDS_OF_PAGE));
  if (cursor !== undefined) search.set('cursor', cursor);
  return `/cdrs?${search.toString()}`;
}

/** What GET /cdrs/export is asked for: the records that the page shows, all pages of them. */
export function exportResource(query: Place['query']): string {
  const search = filtersOf(query);
  if (!search.has('kind')) search.set('kind', 'call');
  return `/cdrs/export?${search.toString()}`;
}

function filtersOf(query: Place['query']): URLSearchParams {
  const search = new URLSearchParams();
  for (const name of PLAIN) {
    const value = query[name]?.trim() ?? '';
    if (value !== '') search.set(name, value);
  }
  // What is half typed is left out, as with instants.
  for (const [name, form] of Object.entries(FORMED)) {
    const value = query[name]?.trim() ?? '';
    if (form.test(value)) search.set(name, value);
  }
  for (const name of ['from', 'to'] as const) {
    const at = Date.parse(query[name] ?? '');
    if (at >= 0) search.set(name, String(at));
  }
  return search;
}
