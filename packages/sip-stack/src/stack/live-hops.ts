import type { Clock, TimerWheel } from '@tandem/engine';

import { DnsCache } from '../resolve/dns-cache.ts';
import { LiteralTargets } from '../resolve/literal-targets.ts';
import { ServerLocator } from '../resolve/server-locator.ts';
import { SuspectTargets } from '../resolve/suspect-targets.ts';
import { SystemDns } from '../resolve/system-dns.ts';
import type { Flow } from '../transport/flow.ts';
import { StreamsInstead } from '../transport/streams-instead.ts';
import type { ResolveTargets, Target } from '../transport/target.ts';
import type { TransportSet } from '../transport/transport-set.ts';
import type { IdSource } from './id-source.ts';
import type { HopSource, NextHop } from './next-hop.ts';
import type { StackLimits } from './stack-limits.ts';
import type { SipStackOptions } from './stack-options.ts';

/** What the hops of a stack are made with. */
export interface LiveHopsParts {
  readonly options: SipStackOptions;
  readonly limits: StackLimits;
  readonly wheel: TimerWheel;
  readonly ids: IdSource;
  /** The listeners, which are made later than this. */
  readonly transports: () => TransportSet;
}

/** Where requests of one stack go: names to targets, targets to flows, and who failed lately. */
export class LiveHops implements HopSource {
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  readonly suspects: SuspectTargets;
  readonly literals = new LiteralTargets();
  readonly datagramBytesMax: number;
  readonly resolveTimeoutMs: number;
  readonly searches = new Set<NextHop>();
  readonly #transports: () => TransportSet;
  readonly #resolve: ResolveTargets;
  readonly #streams: StreamsInstead;

  constructor(parts: LiveHopsParts) {
    const { options, limits, wheel, ids, transports } = parts;
    const { clock, dns, dnsSource } = options;
    this.clock = clock;
    this.wheel = wheel;
    this.suspects = new SuspectTargets(clock);
    this.datagramBytesMax = limits.datagramBytesMax;
    this.resolveTimeoutMs = limits.resolveTimeoutMs;
    this.#transports = transports;
    this.#streams = new StreamsInstead(clock, limits.streamInsteadConnectMs);
    const locator = new ServerLocator({
      source: new DnsCache(dnsSource ?? new SystemDns(clock, dns), clock),
      randomBelow: (bound) => ids.randomBelow(bound),
      speaks: (transport, family) => transports().speaks(transport, family),
    });
    this.#resolve = options.resolve ?? ((uri) => locator.locate(uri));
  }

  flowTo(target: Target, listenerName: string | undefined): Flow | undefined {
    return this.#transports().flowTo(target, listenerName);
  }

  resolve(uri: string): Promise<readonly Target[]> {
    return this.#resolve(uri);
  }

  streamBeside(flow: Flow): Flow | undefined {
    const target = this.#streams.targetBeside(flow);
    return target === undefined ? undefined : this.flowTo(target, flow.listener.name);
  }

  noteStreamRefused(flow: Flow): void {
    this.#streams.noteRefused(flow);
  }

  close(): void {
    for (const search of this.searches) search.fail('stack closed');
  }
}
