import type { DemoNode } from './demo-node.ts';

/** Asks a node over its API, as anybody on this machine may; undefined where it refuses. */
export async function askNode({ node }: DemoNode, resource: string): Promise<unknown> {
  const response = await fetch(`${node.consoleUrl}/api/v1${resource}`);
  return response.ok ? await response.json() : undefined;
}
