import { createConsolePlugin } from '@tandem/console';
import { definePlugin, Engine, type RawSection, type Scope } from '@tandem/engine';
import { createMeshPlugin, MemoryHub, Mesh, natsConfig } from '@tandem/mesh';
import { afterEach, expect } from 'vitest';

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0).toReversed()) await stop();
});

/** One node with a console and a mesh, whose features are told by a test. */
export interface TestNode {
  readonly engine: Engine;
  readonly mesh: Mesh;
  readonly url: string;
  stop(): Promise<void>;
}

/** How a node differs from others. */
export interface TestNodeOptions {
  readonly hub?: MemoryHub;
  readonly section?: RawSection;
  /** Stands for the features of a node. */
  readonly setup?: (scope: Scope) => void;
}

/** Starts a node; it ends with its test. */
export async function startNode(name: string, options: TestNodeOptions = {}): Promise<TestNode> {
  const { hub = new MemoryHub(), section = { listen: '127.0.0.1:0' }, setup } = options;
  const engine = new Engine({ node: name });
  const mesh = new Mesh({
    engine,
    config: natsConfig.parse({}),
    identity: { node: name, boot: 'b1' },
    version: '0.1.0',
    addresses: () => [],
    calls: () => 0,
    transport: hub.transport(),
  });
  let url = '';
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (isStopped) return;
    isStopped = true;
    await engine.stop();
    await mesh.stop();
  };
  running.push(stop);
  await mesh.start();
  await engine.install(createMeshPlugin(mesh));
  if (setup) await engine.install(definePlugin({ name: 'features', setup }));
  const plugin = createConsolePlugin({
    membership: mesh.membership,
    version: '0.1.0',
    remedyOf: (code) => (code === 'BUS_HANDLER_FAULT' ? 'mend the plugin' : undefined),
    onListening: (at) => (url = at),
  });
  await engine.install(plugin, section);
  await engine.start();
  mesh.membership.announce('up');
  return { engine, mesh, url, stop };
}

/** Waits until each has heard of the other. */
export async function meet(one: TestNode, two: TestNode): Promise<void> {
  await expect.poll(() => one.mesh.membership.peers.length).toBeGreaterThan(0);
  await expect.poll(() => two.mesh.membership.peers.length).toBeGreaterThan(0);
}
