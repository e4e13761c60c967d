import type { AddressRecord, DnsSource, NaptrRecord, SrvRecord } from './dns-source.ts';

/** A zone written by hand, which counts what it is asked and can fall silent. */
export class DnsTable implements DnsSource {
  readonly naptrs = new Map<string, readonly NaptrRecord[]>();
  readonly srvs = new Map<string, readonly SrvRecord[]>();
  readonly hosts = new Map<string, readonly AddressRecord[]>();
  /** Every question in order: `srv _sip._udp.example.com`. */
  readonly asked: string[] = [];
  /** Whether questions are answered; else they fail as with a broken server. */
  isUp = true;

  naptr(domain: string): Promise<readonly NaptrRecord[]> {
    return this.#answer(`naptr ${domain}`, this.naptrs.get(domain));
  }

  srv(name: string): Promise<readonly SrvRecord[]> {
    return this.#answer(`srv ${name}`, this.srvs.get(name));
  }

  addresses(host: string, family: 4 | 6): Promise<readonly AddressRecord[]> {
    const all = this.hosts.get(host) ?? [];
    const own = all.filter(({ address }) => address.includes(':') === (family === 6));
    return this.#answer(`${family === 4 ? 'a' : 'aaaa'} ${host}`, own);
  }

  /** Gives a host its addresses. */
  host(name: string, addresses: readonly string[], ttlSeconds = 300): this {
    this.hosts.set(
      name,
      addresses.map((address) => ({ address, ttlSeconds })),
    );
    return this;
  }

  #answer<Entry>(question: string, records: readonly Entry[] = []): Promise<readonly Entry[]> {
    this.asked.push(question);
    return this.isUp ? Promise.resolve(records) : Promise.reject(new Error('ESERVFAIL'));
  }
}
