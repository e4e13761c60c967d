import { readFileSync } from 'node:fs';
import { type Clock, type Engine, type Log, type StopTimer, TandemError } from '@tandem/engine';
import type { Leases, Membership, NodeIdentity, Reading } from '@tandem/messages';
import { MemoryHub } from './memory-transport.ts';
import { MeshLeases } from './mesh-leases.ts';
import { MeshMembership } from './mesh-membership.ts';
import { MeshRemote } from './mesh-remote.ts';
import type { NatsConfig } from './nats-config.ts';
import { NatsTransport } from './nats-transport.ts';
import { BEAT_PERIOD_MS, JUDGE_PERIOD_MS } from './silence.ts';
import { escapePart, Subjects } from './subjects.ts';
import type { Transport } from './transport.ts';

/** How long a starting node listens for a living one of its own name, ms. */
const TWIN_WATCH_MS = 250;

/** What a mesh is made of. */
export interface MeshOptions {
  readonly engine: Engine;
  readonly config: NatsConfig;
  readonly identity: NodeIdentity;
  readonly version: string;
  /** SIP addresses at which this node listens. */
  readonly addresses: () => readonly string[];
  /** Calls it carries now. */
  readonly calls: () => number;
  /** Another transport than the conf names: for tests. */
  readonly transport?: Transport;
}

/**
 * This node among the others:
 *
 *   bus.ask(…, { to })  ──>  MeshRemote  ──>  Transport (NATS, or memory when it stands alone)
 *   who lives           <──  MeshMembership  <── beats
 *   who owns park/7     <──  MeshLeases      <── a bucket with conditional writes
 */
export class Mesh {
  readonly #engine: Engine;
  readonly #transport: Transport;
  readonly #membership: MeshMembership;
  readonly #leases: MeshLeases;
  readonly #remote: MeshRemote;
  /** Whether no NATS server was named: no other node exists then. */
  readonly isAlone: boolean;
  readonly #stops: StopTimer[] = [];

  constructor(options: MeshOptions) {
    const { engine, config, identity, version, addresses, calls } = options;
    const log = engine.log.with({ plugin: 'nats' });
    this.#engine = engine;
    this.isAlone = config.servers.length === 0 && options.transport === undefined;
    this.#transport = options.transport ?? transportOf(config, identity, log, engine.clock);
    const subjects = new Subjects(config.cluster, identity.node, identity.boot);
    const { clock } = engine;
    const transport = this.#transport;
    this.#membership = new MeshMembership({
      identity,
      version,
      transport,
      subjects,
      clock,
      log,
      addresses,
      calls,
      probe: (node, boot) => this.#remote.probe({ node, boot }),
    });
    const bucketName = `${escapePart(config.cluster).replaceAll('=', '_')}-leases`;
    const { isAlone } = this;
    const membership = this.#membership;
    this.#leases = new MeshLeases({ transport, membership, bucketName, log, isAlone });
    this.#remote = new MeshRemote({
      bus: engine.bus,
      transport,
      subjects,
      identity,
      log,
      livingNodes: () => this.#membership.living,
      onNobody: ({ node, boot }) => this.#membership.onNobody(node, boot),
      onDeath: (listener) =>
        this.#membership.onChange((change) => {
          if (change.kind === 'peer' && change.peer.state === 'dead') listener(change.peer.node);
        }),
    });
  }

  get membership(): Membership {
    return this.#membership;
  }

  get leases(): Leases {
    return this.#leases;
  }

  /** Questions that wait for other nodes. */
  get openQuestions(): number {
    return this.#remote.openQuestions;
  }

  /** How long other nodes take to answer this one. */
  get requestSpans(): readonly Reading[] {
    return this.#remote.spans.readings;
  }

  /** Datagrams that were no envelopes. */
  get malformed(): number {
    return this.#remote.malformed;
  }

  /** State of the connection as lists show it. */
  get state(): 'up' | 'down' | 'none' {
    if (this.isAlone) return 'none';
    return this.#transport.isConnected ? 'up' : 'down';
  }

  /**
   * Connects in the background and begins to beat; resolves at once, or when connected within
   * 250 ms after making sure that nobody else bears this name. @throws MESH_NAME_TAKEN
   */
  async start(): Promise<void> {
    this.#engine.bus.connect(this.#remote);
    const connecting = this.#transport.connect().catch((fault: unknown) => {
      this.#engine.log.error('NATS cannot be used', { fault: String(fault) });
    });
    if (this.isAlone) await connecting;
    else await Promise.race([connecting, this.#pause(TWIN_WATCH_MS)]);
    if (!this.isAlone && this.#transport.isConnected) {
      this.#membership.announce('starting');
      await this.#pause(TWIN_WATCH_MS);
      const { twin, self } = this.#membership;
      if (twin !== undefined) {
        throw new TandemError('MESH_NAME_TAKEN', { node: self.node, boot: twin });
      }
    }
    await this.#leases.tick();
    this.#every(JUDGE_PERIOD_MS, () => this.#membership.judge());
    this.#every(BEAT_PERIOD_MS, () => {
      this.#membership.beat();
      void this.#leases.tick();
    });
  }

  /** Says farewell and closes the connection. */
  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    this.#membership.bye();
    this.#engine.bus.connect(undefined);
    this.#leases.close();
    this.#remote.close();
    this.#membership.close();
    await this.#transport.close();
  }

  /** Now, and then once in `periodMs` until the end. */
  #every(periodMs: number, work: () => void): void {
    const place = this.#stops.length;
    const turn = (): void => {
      this.#stops[place] = this.#engine.wheel.after(periodMs, turn);
      work();
    };
    turn();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#engine.wheel.after(ms, resolve));
  }
}

function transportOf(
  config: NatsConfig,
  identity: NodeIdentity,
  log: Log,
  clock: Clock,
): Transport {
  if (config.servers.length === 0) return new MemoryHub().transport();
  const { servers, user, password, nkey, tlsCa, tlsCert, tlsKey } = config;
  const hasTls = tlsCa !== undefined || tlsCert !== undefined;
  return new NatsTransport({
    servers,
    name: identity.node,
    user,
    password,
    nkey: nkey === undefined ? undefined : readFileSync(nkey, 'utf8').trim(),
    tls: hasTls ? { caFile: tlsCa, certFile: tlsCert, keyFile: tlsKey } : undefined,
    log,
    clock,
  });
}
