import type { TransportName } from '../transport/flow.ts';
import type { Target } from '../transport/target.ts';
import type { SipUri } from '../wire/sip-uri.ts';
import { parseUri } from '../wire/uri.ts';
import type { AddressRecord, DnsSource } from './dns-source.ts';
import { defaultPort, hostOf, literalTarget, transportOf } from './literal-target.ts';
import { chooseServices } from './naptr-choice.ts';
import { orderServers } from './srv-order.ts';

/** Targets that one request may be given. */
const TARGETS_MAX = 16;

/** What the search for servers works with. */
export interface ServerLocatorOptions {
  readonly source: DnsSource;
  /** An even choice of 0 to `bound` − 1. */
  readonly randomBelow: (bound: number) => number;
  /** Whether there is a socket of that transport and family to send from. */
  readonly speaks: (transport: TransportName, family: 4 | 6) => boolean;
}

/**
 * Finds the servers of a SIP URI (RFC 3263 §4).
 *
 *   literal address ------------------------------------> itself
 *   port written ---------------------------------------> A, AAAA
 *   transport written ----------> SRV of that transport -> A, AAAA
 *   nothing written ---> NAPTR -> SRV of each offer -----> A, AAAA
 *                          \ none: SRV of what we speak /
 *
 * Where there is no SRV the name itself is taken, at the transport's port.
 */
export class ServerLocator {
  readonly #options: ServerLocatorOptions;

  constructor(options: ServerLocatorOptions) {
    this.#options = options;
  }

  /** Best first; empty for what is no SIP URI. Rejects where nobody could say. */
  async locate(uri: string): Promise<readonly Target[]> {
    const literal = literalTarget(uri);
    if (literal !== undefined) return [literal];
    const parsed = parseUri(uri);
    if (parsed?.kind !== 'sip') return [];
    const transport = transportOf(parsed);
    if (transport === undefined) return [];
    const domain = hostOf(parsed).toLowerCase();
    const search = new Search(this.#options, domain);
    if (parsed.port !== undefined) {
      await search.addHost(domain, transport, parsed.port);
    } else if (parsed.params.has('transport')) {
      await search.addService(serviceName(domain, transport), transport);
      if (!search.isAnswered) await search.addHost(domain, transport, defaultPort(transport));
    } else {
      await this.#locateFreely(search, parsed, domain, transport);
    }
    return search.targets.slice(0, TARGETS_MAX);
  }

  // The URI leaves the transport to the domain, and the domain may leave it to us.
  async #locateFreely(
    search: Search,
    uri: SipUri,
    domain: string,
    usual: TransportName,
  ): Promise<void> {
    const isSecure = uri.scheme === 'sips';
    const speaks = (transport: TransportName): boolean =>
      this.#options.speaks(transport, 4) || this.#options.speaks(transport, 6);
    const { source } = this.#options;
    const naptr = await orNone(source.naptr(domain));
    for (const { name, transport, isHost } of chooseServices(naptr, isSecure, speaks)) {
      if (isHost) await search.addHost(name, transport, defaultPort(transport));
      else await search.addService(name, transport);
    }
    if (search.targets.length > 0) return;
    const own: readonly TransportName[] = isSecure ? ['tls'] : ['udp', 'tcp', 'tls'];
    const spoken = own.filter(speaks);
    // Asked at once, so that servers which swallow such questions cost one wait; then by preference.
    await Promise.allSettled(spoken.map((each) => source.srv(serviceName(domain, each))));
    for (const transport of spoken) {
      await search.addService(serviceName(domain, transport), transport);
    }
    if (!search.isAnswered) await search.addHost(domain, usual, defaultPort(usual));
  }
}

/** What was found for one URI. */
class Search {
  readonly targets: Target[] = [];
  /** Whether a service was found, be it one that says there are no servers. */
  isAnswered = false;
  readonly #options: ServerLocatorOptions;
  readonly #domain: string;

  /** `domain`: as it was configured; certificates are held against it (RFC 5922 §4). */
  constructor(options: ServerLocatorOptions, domain: string) {
    this.#options = options;
    this.#domain = domain;
  }

  async addService(name: string, transport: TransportName): Promise<void> {
    const { source, randomBelow } = this.#options;
    const records = await orNone(source.srv(name));
    if (records.length === 0) return;
    this.isAnswered = true;
    for (const { host, port } of orderServers(records, randomBelow)) {
      if (this.targets.length >= TARGETS_MAX) return;
      try {
        await this.addHost(host, transport, port);
      } catch {
        // One server whose address nobody knows must not take away the others.
      }
    }
  }

  async addHost(host: string, transport: TransportName, port: number): Promise<void> {
    for (const { address } of await this.#addresses(host, transport)) {
      this.targets.push({ transport, address, port, domain: this.#domain });
    }
  }

  // IPv4 first: where both exist it is the one that carriers look after.
  async #addresses(host: string, transport: TransportName): Promise<readonly AddressRecord[]> {
    const { source, speaks } = this.#options;
    const spoken = ([4, 6] as const).filter((family) => speaks(transport, family));
    const families = spoken.length === 0 ? ([4, 6] as const) : spoken;
    const answers = await Promise.allSettled(
      families.map((family) => source.addresses(host, family)),
    );
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (found.length === 0 && failed !== undefined) throw failed.reason;
    return found;
  }
}

function serviceName(domain: string, transport: TransportName): string {
  if (transport === 'tls') return `_sips._tcp.${domain}`;
  return `_sip._${transport}.${domain}`;
}

// Servers that cannot answer for NAPTR or SRV are common; the address may be had all the same.
async function orNone<Entry>(question: Promise<readonly Entry[]>): Promise<readonly Entry[]> {
  try {
    return await question;
  } catch {
    return [];
  }
}
