import type { TransportName } from './flow.ts';

/** One place to send a request to: the end of resolution (RFC 3263). */
export interface Target {
  readonly transport: TransportName;
  /** Literal address, IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
  /** Name that a TLS certificate must carry (RFC 5922 §7): the configured domain, not what DNS made of it. */
  readonly domain?: string;
  /** How long a connection to it may take to come up; default the stack's limit. */
  readonly connectTimeoutMs?: number;
}

/**
 * Turns the URI of the next hop into places to try, best first. Must end: bound your own wait.
 * An empty list or a rejection fails the request with `unresolvable`.
 */
export type ResolveTargets = (uri: string) => Promise<readonly Target[]>;
