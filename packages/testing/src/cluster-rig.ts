import { ManualClock, type RawSection } from '@tandem/engine';
import { MemoryHub } from '@tandem/mesh';
import { ClusterNode, type NodeGround, type Wire } from './cluster-node.ts';

/** Beats until every node has heard every other one, and verdicts are passed. */
const SETTLE_MS = 6_000;
/** By then the last timer of a call and the memory of its legs have run out. */
const LONGEST_SPAN_MS = 110_000;

/**
 * Several nodes in one process, on a clock that is turned by hand and a wire in memory that can
 * be cut: mesh, cluster and switch are the real ones, phones are played by the test.
 */
export class ClusterRig implements NodeGround {
  readonly clock = new ManualClock();
  readonly hub = new MemoryHub();
  readonly nodes: ClusterNode[] = [];

  /** Starts nodes of these names, and waits until all see each other. */
  static async create(
    names: readonly string[] = ['node1', 'node2'],
    sections: Readonly<Record<string, RawSection>> = {},
  ): Promise<ClusterRig> {
    const rig = new ClusterRig();
    await rig.start(names, sections);
    return rig;
  }

  /** Starts further nodes; a name that is dead gets a new boot. */
  async start(
    names: readonly string[],
    sections: Readonly<Record<string, RawSection>> = {},
  ): Promise<void> {
    const added: ClusterNode[] = [];
    for (const name of names) {
      const boot = `b${this.nodes.length + 1}`;
      const node = await ClusterNode.create(this, { node: name, boot }, sections);
      added.push(node);
      this.nodes.push(node);
    }
    const started = Promise.all(added.map((node) => node.start()));
    await this.clock.advance(SETTLE_MS);
    await started;
  }

  wire(): Wire {
    return this.hub.transport();
  }

  /** The latest node of that name. */
  node(name: string): ClusterNode {
    const node = this.nodes.findLast(({ identity }) => identity.node === name);
    if (node === undefined) throw new Error(`there is no node ${name}`);
    return node;
  }

  /** Turns the clock. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
  }

  /** Cuts all nodes off, as a NATS server that is stopped does. */
  cut(): void {
    for (const node of this.nodes) node.cut();
  }

  /** The NATS server is back; nodes come back one after the other, `apartMs` between them. */
  async mend(apartMs = 100): Promise<void> {
    for (const node of this.nodes) {
      node.mend();
      await this.clock.advance(apartMs);
    }
  }

  /** Looks whether anything is wrong or left on nodes that live. Empty when all is well. */
  faults(): readonly string[] {
    return this.nodes.flatMap((node) => (node.isKilled ? [] : node.faults()));
  }

  /** All calls end, every timer runs out; then nothing may be wrong or left. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.nodes) node.hangUpAll();
    await this.clock.advance(LONGEST_SPAN_MS);
    const faults = this.faults();
    for (const node of this.nodes) await node.stop();
    if (faults.length > 0) throw new Error(faults.join('; '));
  }
}
