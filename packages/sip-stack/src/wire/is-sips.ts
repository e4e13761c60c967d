const SCHEME = 'sips:';

/** Whether a URI, or the URI of a Route, Record-Route or Contact value, is one of sips. */
export function isSips(value: string): boolean {
  const start = value.lastIndexOf('<') + 1;
  return value.slice(start, start + SCHEME.length).toLowerCase() === SCHEME;
}
