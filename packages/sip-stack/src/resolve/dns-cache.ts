import type { Clock } from '@tandem/engine';

import { DnsMemory } from './dns-memory.ts';
import type { AddressRecord, DnsSource, NaptrRecord, SrvRecord } from './dns-source.ts';

/** A source of names that asks another one no more than it must. */
export class DnsCache implements DnsSource {
  readonly #source: DnsSource;
  readonly #naptr: DnsMemory<NaptrRecord>;
  readonly #srv: DnsMemory<SrvRecord>;
  readonly #four: DnsMemory<AddressRecord>;
  readonly #six: DnsMemory<AddressRecord>;

  constructor(source: DnsSource, clock: Clock) {
    this.#source = source;
    this.#naptr = new DnsMemory(clock);
    this.#srv = new DnsMemory(clock);
    this.#four = new DnsMemory(clock);
    this.#six = new DnsMemory(clock);
  }

  /** Names remembered, of all kinds. */
  get size(): number {
    return this.#naptr.size + this.#srv.size + this.#four.size + this.#six.size;
  }

  naptr(domain: string): Promise<readonly NaptrRecord[]> {
    return this.#naptr.find(domain, () => this.#source.naptr(domain));
  }

  srv(name: string): Promise<readonly SrvRecord[]> {
    return this.#srv.find(name, () => this.#source.srv(name));
  }

  addresses(host: string, family: 4 | 6): Promise<readonly AddressRecord[]> {
    const memory = family === 4 ? this.#four : this.#six;
    return memory.find(host, () => this.#source.addresses(host, family));
  }
}
