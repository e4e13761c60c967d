/** Where a person is: the part of the address behind `#`. */
export interface Place {
  /** `overview`, `calls`, `cluster`, … */
  readonly page: string;
  /** The part behind the page: a call's id; empty: none. */
  readonly item: string;
  /** Filters, so that a view can be handed on as a link. */
  readonly query: Readonly<Record<string, string>>;
}

/** Reads `#/calls/node1-b1-7?state=up`; anything odd leads to the overview. */
export function readPlace(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [page = '', item = ''] = path.split('/', 2).map(decode);
  const query = Object.fromEntries(new URLSearchParams(search));
  return { page: page === '' ? 'overview' : page, item, query };
}

/** The address of a place, for links. */
export function hrefOf(page: string, item = '', query: Place['query'] = {}): string {
  const path = item === '' ? page : `${page}/${encodeURIComponent(item)}`;
  const given = Object.entries(query).filter(([, value]) => value !== '');
  const search = new URLSearchParams(given).toString();
  return search === '' ? `#/${path}` : `#/${path}?${search}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
