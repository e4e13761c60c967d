import { createClusterPlugin, createPrioritiesPlugin, prioritiesConfig } from '@tandem/cluster';
import {
  type Clock,
  definePlugin,
  Engine,
  type Plugin,
  type RawSection,
  type Scope,
} from '@tandem/engine';
import { Mesh, type NatsConfig, type Transport } from '@tandem/mesh';
import type { CdrParams, NodeIdentity, Reading, Route } from '@tandem/messages';
import { createSipPlugin } from '@tandem/sip';
import type { MemoryNetwork, ResolveTargets } from '@tandem/sip-stack';
import { createSwitch, type Switch } from '@tandem/switch';
import { LogBook } from '../log-book.ts';

/** What a node of a {@link SipCluster} is made of. */
export interface SipNodeParts {
  readonly identity: NodeIdentity;
  readonly clock: Clock;
  /** `[sip] listen`, and the sections of its conf. */
  readonly listen: string;
  readonly sections: Readonly<Record<string, RawSection>>;
  readonly nats: NatsConfig;
  /** Wires in memory, in place of NATS. */
  readonly transport: Transport | undefined;
  readonly network: MemoryNetwork | undefined;
  readonly resolve: ResolveTargets;
  /** Answers for users and their phones. */
  readonly registrar: Plugin;
  /** Where numbers lead, the same at all nodes. */
  readonly routes: ReadonlyMap<string, Route>;
}

/** Before the registrar, behind the cluster: where a plugin's numbers are looked up. */
const NUMBERS_PRIORITY = 80;

/** A whole node in this process, but for its console: SIP, switch, cluster, mesh, registrar. */
export class SipNode {
  readonly identity: NodeIdentity;
  readonly engine: Engine;
  readonly switch: Switch;
  readonly mesh: Mesh;
  readonly log = new LogBook();
  /** Every call.cdr, in order. */
  readonly records: CdrParams[] = [];
  /** It was ended as kill -9 ends a process. */
  isKilled = false;
  /** Timers that run when it has nothing to do. */
  #timersAtRest = 0;

  private constructor(parts: SipNodeParts) {
    const { identity, clock, nats, transport } = parts;
    this.identity = identity;
    this.engine = new Engine({ node: identity.node, clock, log: this.log });
    this.switch = createSwitch(this.engine, identity);
    this.mesh = new Mesh({
      engine: this.engine,
      config: nats,
      identity,
      version: 'test',
      addresses: () => [],
      calls: () => this.switch.active,
      ...(transport !== undefined && { transport }),
    });
  }

  /** Sets a node up; it listens, and is not yet in the mesh. */
  static async create(parts: SipNodeParts): Promise<SipNode> {
    const node = new SipNode(parts);
    const { engine, mesh } = node;
    const { sections, registrar, identity, network, resolve, nats } = parts;
    const conf = (name: string): RawSection => sections[name] ?? {};
    const plugins: readonly Plugin[] = [
      node.switch.plugin,
      createPrioritiesPlugin(),
      createClusterPlugin({
        switchboard: node.switch,
        membership: mesh.membership,
        leases: mesh.leases,
        graceMs: nats.legGraceSeconds,
        priorities: () => prioritiesConfig.parse(conf('priorities')),
      }),
      registrar,
      definePlugin({ name: 'recorder', setup: (scope) => node.#record(scope, parts.routes) }),
      createSipPlugin({
        switchboard: node.switch,
        identity,
        resolve,
        ...(network !== undefined && { network }),
      }),
    ];
    for (const plugin of plugins) {
      const listen = plugin.name === 'sip' ? { listen: parts.listen } : {};
      await engine.install(plugin, { ...listen, ...conf(plugin.name) });
    }
    return node;
  }

  get name(): string {
    return this.identity.node;
  }

  /** Joins the mesh; resolves once time has passed. */
  async start(): Promise<void> {
    await this.mesh.start();
    this.mesh.membership.announce('up');
    await this.engine.start();
  }

  /** What it does from now on is compared with this moment. */
  markRest(): void {
    this.#timersAtRest = this.engine.wheel.size;
  }

  /** Final records, by direction. */
  finals(direction: 'incoming' | 'outgoing'): readonly CdrParams[] {
    return this.records.filter(
      (record) => record.operation === 'finalize' && record.direction === direction,
    );
  }

  /** One reading of its meters, all labels together unless some are named. */
  async meter(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const { answers } = await this.engine.bus.gather('metrics.collect', {});
    const readings: readonly Reading[] = answers.flatMap(({ answer }) => answer);
    return readings
      .filter((reading) => reading.name === name)
      .filter((reading) =>
        Object.entries(labels).every(([key, value]) => reading.labels?.[key] === value),
      )
      .reduce((sum, { value }) => sum + value, 0);
  }

  /** What is left of its calls: empty when all is well. */
  async leftovers(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const name of REST_METERS) {
      const atRest = name === 'tandem_timers' ? this.#timersAtRest : 0;
      const value = await this.meter(name);
      if (value !== atRest) found.push(`${this.name}: ${name} is ${value}, not ${atRest}`);
    }
    if (this.mesh.openQuestions > 0) found.push(`${this.name}: a question to a node is open`);
    return found;
  }

  /** One finalize for every leg, and nothing behind it. */
  recordFaults(): readonly string[] {
    const faults: string[] = [];
    for (const chan of new Set(this.records.map((record) => record.chan))) {
      const operations = this.records
        .filter((record) => record.chan === chan)
        .map(({ operation }) => operation);
      const finals = operations.filter((operation) => operation === 'finalize').length;
      if (finals !== 1) faults.push(`${chan} has ${finals} final records`);
      if (operations[0] !== 'initialize') faults.push(`${chan} begins with ${operations[0]}`);
      if (finals > 0 && operations.at(-1) !== 'finalize') {
        faults.push(`${chan} has a record behind its final one`);
      }
    }
    return faults;
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    await this.engine.stop();
    await this.mesh.stop();
  }

  #record(scope: Scope, routes: ReadonlyMap<string, Route>): void {
    scope.handle('call.cdr', {}, ({ params }) => void this.records.push(params));
    scope.handle('call.route', { priority: NUMBERS_PRIORITY }, ({ params }) =>
      routes.get(params.called),
    );
  }
}

/** All of them zero when nothing is left, but for timers. */
const REST_METERS = [
  'tandem_calls',
  'tandem_legs',
  'tandem_cdr_owed',
  'tandem_sip_legs',
  'tandem_sip_transactions',
  'tandem_sip_dialogs',
  'tandem_sip_ended_dialogs',
  'tandem_sip_unacknowledged',
  'tandem_cluster_legs',
  'tandem_cluster_events_unacked',
  'tandem_cluster_legs_remembered',
  'tandem_timers',
];
