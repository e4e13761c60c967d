import type { MessageHeaders } from './message-headers.ts';
import { type NameAddr, parseNameAddr } from './name-addr.ts';

/**
 * The entries of Route, Record-Route, Path or Service-Route in order; undefined where one is
 * broken, for a route set that lacks an entry leads elsewhere (RFC 3261 §12.1.1).
 */
export function parseRoutes(
  headers: MessageHeaders,
  name: 'Route' | 'Record-Route' | 'Path' | 'Service-Route',
): NameAddr[] | undefined {
  const routes: NameAddr[] = [];
  for (const element of headers.list(name)) {
    const route = parseNameAddr(element);
    if (route?.uri === undefined) return undefined;
    routes.push(route);
  }
  return routes;
}

/** Whether the hop is a loose router (`lr` in its URI; RFC 3261 §16.12). */
export function isLooseRoute(route: NameAddr): boolean {
  return route.uri?.kind === 'sip' && route.uri.params.has('lr');
}
