import { lookup, Resolver } from 'node:dns/promises';

import type { Clock } from '@tandem/engine';

import type { AddressRecord, DnsSource, NaptrRecord, SrvRecord } from './dns-source.ts';
import { HostsFile } from './hosts-file.ts';

/** How the servers of names are asked. */
export interface SystemDnsOptions {
  /** `address` or `address:port` of each server; default those of the system. */
  readonly servers?: readonly string[];
  /** How long one server may take for one question; default 700. */
  readonly timeoutMs?: number;
  /** How often a question is asked before nobody could say; default 2. */
  readonly tries?: number;
}

/** What servers answer when there is nothing, as against when they cannot say. */
const NOTHING: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'NOTFOUND', 'NODATA']);

/**
 * Names by the hosts file and the servers of DNS. It runs beside Node's thread pool, so that
 * silent servers hold up no file; only a name without a dot, which the system may complete in its
 * own ways (search domains, mDNS), is asked of the system where DNS has nothing.
 */
export class SystemDns implements DnsSource {
  readonly #options: SystemDnsOptions;
  readonly #hosts: HostsFile;
  #resolver: Resolver | undefined;

  constructor(clock: Clock, options: SystemDnsOptions = {}) {
    this.#options = options;
    this.#hosts = new HostsFile(clock);
  }

  async naptr(domain: string): Promise<readonly NaptrRecord[]> {
    if (await this.#isGiven(domain)) return [];
    return orNothing(() => this.#open().resolveNaptr(domain));
  }

  async srv(name: string): Promise<readonly SrvRecord[]> {
    if (await this.#isGiven(name.replace(/^_[^.]*\._[^.]*\./, ''))) return [];
    const found = await orNothing(() => this.#open().resolveSrv(name));
    return found.map(({ priority, weight, port, name: host }) => ({
      priority,
      weight,
      port,
      host,
    }));
  }

  async addresses(host: string, family: 4 | 6): Promise<readonly AddressRecord[]> {
    const given = await this.#hosts.addresses(host, family);
    if (given.length > 0) return given.map((address) => ({ address }));
    const found = await orNothing(() =>
      family === 4
        ? this.#open().resolve4(host, { ttl: true })
        : this.#open().resolve6(host, { ttl: true }),
    );
    if (found.length === 0 && !host.includes('.')) return lookUp(host, family);
    return found.map(({ address, ttl }) => ({ address: address.toLowerCase(), ttlSeconds: ttl }));
  }

  // To whom the operator gave an address it is meant for him: no server need be asked for services.
  async #isGiven(host: string): Promise<boolean> {
    const [four, six] = [
      await this.#hosts.addresses(host, 4),
      await this.#hosts.addresses(host, 6),
    ];
    return four.length > 0 || six.length > 0;
  }

  // Made at the first question: most nodes have nothing but literal addresses.
  #open(): Resolver {
    if (this.#resolver === undefined) {
      const { servers, timeoutMs = 700, tries = 2 } = this.#options;
      this.#resolver = new Resolver({ timeout: timeoutMs, tries });
      if (servers !== undefined) this.#resolver.setServers([...servers]);
    }
    return this.#resolver;
  }
}

async function lookUp(host: string, family: 4 | 6): Promise<readonly AddressRecord[]> {
  const found = await orNothing(() => lookup(host, { all: true, family }));
  return found.map(({ address }) => ({ address }));
}

async function orNothing<Entry>(ask: () => Promise<Entry[]>): Promise<Entry[]> {
  try {
    return await ask();
  } catch (failure) {
    const code = failure instanceof Error && 'code' in failure ? failure.code : undefined;
    if (typeof code === 'string' && NOTHING.has(code)) return [];
    throw failure;
  }
}
