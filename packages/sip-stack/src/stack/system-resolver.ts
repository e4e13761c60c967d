import { lookup } from 'node:dns/promises';

import type { Clock } from '@tandem/engine';

import type { Target } from '../transport/target.ts';
import { parseUri } from '../wire/uri.ts';
import { defaultPort, hostOf, literalTarget, transportOf } from './literal-target.ts';

/** How long a name is believed; the system's resolver does not tell its own time to live. */
const CACHE_MS = 30_000;
const CACHED_NAMES_MAX = 1_000;

interface CachedName {
  readonly addresses: readonly string[];
  readonly untilMs: number;
}

/** Finds the targets of a URI by literal address or the system's resolver: hosts file, A, AAAA. */
export class SystemResolver {
  readonly #clock: Clock;
  readonly #cache = new Map<string, CachedName>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Empty for what is no SIP URI; rejects with the resolver's error for an unknown name. */
  async resolve(uri: string): Promise<readonly Target[]> {
    const literal = literalTarget(uri);
    if (literal !== undefined) return [literal];
    const parsed = parseUri(uri);
    if (parsed?.kind !== 'sip') return [];
    const transport = transportOf(parsed);
    if (transport === undefined) return [];
    const domain = hostOf(parsed);
    const port = parsed.port ?? defaultPort(transport);
    const addresses = await this.#lookUp(domain);
    return addresses.map((address) => ({ transport, address, port, domain }));
  }

  async #lookUp(name: string): Promise<readonly string[]> {
    const cached = this.#cache.get(name);
    const nowMs = this.#clock.monotonicMs();
    if (cached !== undefined && cached.untilMs > nowMs) return cached.addresses;
    const found = await lookup(name, { all: true, order: 'ipv4first' });
    const addresses = found.map(({ address }) => address);
    this.#cache.delete(name);
    this.#cache.set(name, { addresses, untilMs: nowMs + CACHE_MS });
    if (this.#cache.size > CACHED_NAMES_MAX) {
      const [oldest] = this.#cache.keys();
      if (oldest !== undefined) this.#cache.delete(oldest);
    }
    return addresses;
  }
}
