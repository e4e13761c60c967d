import {
  createClusterPlugin,
  createParkPlugin,
  createPrioritiesPlugin,
  prioritiesConfig,
} from '@tandem/cluster';
import { type Clock, definePlugin, Engine, type RawSection, type Scope } from '@tandem/engine';
import { Mesh, type MemoryHub, natsConfig } from '@tandem/mesh';
import type {
  CallArrival,
  CdrParams,
  ExecuteParams,
  Leg,
  NodeIdentity,
  Route,
} from '@tandem/messages';
import { createSwitch, type Switch } from '@tandem/switch';
import { hangup } from './leg-words.ts';
import { LogBook } from './log-book.ts';
import { ScriptedLeg, type ScriptedLegOptions } from './scripted-leg.ts';
import { arrivalOf } from './switch-rig.ts';

/** What carries a node: a clock, and a wire to the others that can be cut. */
export interface NodeGround {
  readonly clock: Clock;
  wire(node: string): Wire;
}

/** A transport whose end at one node can be cut, mended and frozen. */
export type Wire = ReturnType<MemoryHub['transport']>;

/** One node of a {@link ClusterRig}: numbers lead where `routes` says, `test/<name>` is a phone. */
export class ClusterNode {
  readonly engine: Engine;
  readonly mesh: Mesh;
  readonly switch: Switch;
  readonly log = new LogBook();
  /** Where numbers lead; behind the cluster's own handlers. */
  readonly routes = new Map<string, Route>();
  /** Every call.cdr of this node, in order. */
  readonly records: CdrParams[] = [];
  /** Every call.execute that reached the driver of phones. */
  readonly executed: ExecuteParams[] = [];
  readonly callers: ScriptedLeg[] = [];
  readonly legs: ScriptedLeg[] = [];
  /** What is done with a new leg to `test/<name>` before the switch gets it. */
  readonly prepare = new Map<string, (leg: ScriptedLeg) => void>();
  readonly #wire: Wire;
  #priorities = prioritiesConfig.parse({});
  /** It was ended as kill -9 ends a node. */
  isKilled = false;

  private constructor(
    ground: NodeGround,
    readonly identity: NodeIdentity,
  ) {
    const { clock } = ground;
    this.engine = new Engine({ node: identity.node, clock, log: this.log });
    this.switch = createSwitch(this.engine, identity);
    this.#wire = ground.wire(identity.node);
    this.mesh = new Mesh({
      engine: this.engine,
      config: natsConfig.parse({}),
      identity,
      version: 'test',
      addresses: () => [],
      calls: () => this.switch.active,
      transport: this.#wire,
    });
  }

  /** Sets a node up; `sections` are those of its conf. */
  static async create(
    ground: NodeGround,
    identity: NodeIdentity,
    sections: Readonly<Record<string, RawSection>>,
  ): Promise<ClusterNode> {
    const node = new ClusterNode(ground, identity);
    const { engine, mesh } = node;
    const options = {
      switchboard: node.switch,
      membership: mesh.membership,
      leases: mesh.leases,
      graceMs: 30_000,
      priorities: () => node.#priorities,
    };
    node.#priorities = prioritiesConfig.parse(sections['priorities'] ?? {});
    await engine.install(createPrioritiesPlugin(), sections['priorities'] ?? {});
    await engine.install(createClusterPlugin(options), sections['general'] ?? {});
    await engine.install(
      createParkPlugin({
        ...options,
        prefix: () => (sections['general']?.['enabled'] === 'no' ? undefined : 'cluster/'),
      }),
      sections['park'] ?? {},
    );
    await engine.install(definePlugin({ name: 'rig', setup: (scope) => node.#serve(scope) }));
    return node;
  }

  /** Connects it; resolves once the clock has been turned far enough. */
  async start(): Promise<void> {
    await this.mesh.start();
    this.mesh.membership.announce('up');
    await this.engine.start();
  }

  /** Changes `[general]` and `[priorities]`, as an operator's reload does. */
  async reload(sections: Readonly<Record<string, RawSection>>): Promise<void> {
    this.#priorities = prioritiesConfig.parse(sections['priorities'] ?? {});
    await this.engine.reload('general', sections['general'] ?? {});
  }

  /** A call arrives from a phone. */
  call(
    called: string,
    part: Partial<CallArrival> = {},
    options: ScriptedLegOptions = {},
  ): ScriptedLeg {
    const leg = new ScriptedLeg(`sip/${this.identity.node}-a${this.callers.length + 1}`, {
      direction: 'incoming',
      isQuick: true,
      ...options,
    });
    this.callers.push(leg);
    this.switch.receive(leg, arrivalOf({ called, ...part }));
    return leg;
  }

  /** Leads a number to groups of destinations, tried one after the other. */
  routeTo(called: string, ...groups: readonly (readonly string[])[]): void {
    this.routes.set(called, { groups: groups.map((group) => group.map((callto) => ({ callto }))) });
  }

  /** The latest leg to the phone of that name. */
  phone(name: string): ScriptedLeg {
    const leg = this.legs.findLast(({ id }) => id.startsWith(`test/${name}#`));
    if (leg === undefined) throw new Error(`there is no leg to ${name}`);
    return leg;
  }

  /** Final records of this node, in order. */
  get finals(): readonly CdrParams[] {
    return this.records.filter(({ operation }) => operation === 'finalize');
  }

  /** What one meter of the node shows; undefined if it has none of that name. */
  async meter(name: string): Promise<number | undefined> {
    const { answers } = await this.engine.bus.gather('metrics.collect', {});
    const readings = answers.flatMap(({ answer }) => answer);
    return readings.find((reading) => reading.name === name)?.value;
  }

  /** Its connection to NATS is lost. */
  cut(): void {
    this.#wire.cut();
  }

  /** Its connection is back. */
  mend(): void {
    if (!this.isKilled) this.#wire.mend();
  }

  /** Ends it without a word, as kill -9 does: nobody hears it, nobody is told. */
  kill(): void {
    this.isKilled = true;
    this.#wire.cut();
  }

  /** Its process stands still, or goes on: it neither hears nor speaks, though connected. */
  set isFrozen(isFrozen: boolean) {
    this.#wire.isFrozen = isFrozen;
  }

  /** Every phone that is still in a call hangs up. */
  hangUpAll(): void {
    for (const leg of this.callers) leg.tell(hangup('caller'));
    for (const leg of this.legs) if (leg.state !== 'gone') leg.tell({ type: 'gone' });
    for (const leg of this.callers) if (leg.state !== 'gone') leg.tell({ type: 'gone' });
  }

  /** Looks whether anything is wrong or left: a leg without its one finalize, a call, a link. */
  faults(): readonly string[] {
    const faults: string[] = [];
    const { node } = this.identity;
    for (const leg of [...this.callers, ...this.legs]) {
      const finals = this.recordsOf(leg).filter(({ operation }) => operation === 'finalize').length;
      if (finals !== 1) faults.push(`${leg.id} has ${finals} final records`);
    }
    for (const leg of this.callers) {
      const answers = leg.sent.filter(
        ({ type }) => type === 'answered' || type === 'failed',
      ).length;
      if (answers > 1) faults.push(`${leg.id} got ${answers} final answers`);
    }
    if (this.switch.active > 0) faults.push(`${node}: ${this.switch.active} calls are left`);
    return faults;
  }

  /** Records of one leg. */
  recordsOf(leg: Leg): readonly CdrParams[] {
    return this.records.filter(({ chan }) => chan === leg.id);
  }

  /** Stops it for good. */
  async stop(): Promise<void> {
    await this.mesh.stop();
    await this.engine.stop();
  }

  #serve(scope: Scope): void {
    scope.handle('call.route', {}, ({ params }) => this.routes.get(params.called));
    scope.handle('call.execute', { where: { callto: /^(?:test|sip)\// } }, ({ params }) => {
      const name = params.callto.slice(params.callto.indexOf('/') + 1);
      this.executed.push(params);
      const leg = new ScriptedLeg(`test/${name}#${this.legs.length + 1}`, {
        driver: 'test',
        isQuick: true,
      });
      this.legs.push(leg);
      this.prepare.get(name)?.(leg);
      return leg;
    });
    scope.handle('call.cdr', {}, ({ params }) => {
      this.records.push(params);
    });
  }
}
