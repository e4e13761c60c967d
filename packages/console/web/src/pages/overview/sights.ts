import type { NodeRow } from '../../api/node-row.ts';

/** How one node sees another. */
export interface Sight {
  readonly from: string;
  readonly to: string;
  /** `unseen`: the one has said nothing about the other. */
  readonly state: string;
}

/** Where a node stands in the picture. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Every ordered pair of nodes. A dead node sees nothing: what it said last is no news. */
export function sightsOf(nodes: readonly NodeRow[]): readonly Sight[] {
  return nodes.flatMap((from) =>
    nodes
      .filter((to) => to.name !== from.name)
      .map((to) => {
        const said = from.state === 'dead' ? undefined : to.seenBy[from.name];
        return { from: from.name, to: to.name, state: said ?? 'unseen' };
      }),
  );
}

/** Places nodes on an ellipse, the first at the top; two stand side by side, one in the middle. */
export function spotsFor(count: number, width: number, height: number, margin: number): Spot[] {
  const [centreX, centreY] = [width / 2, height / 2];
  if (count === 1) return [{ x: centreX, y: centreY }];
  const [radiusX, radiusY] = [centreX - margin, centreY - margin];
  const begin = count === 2 ? Math.PI : -Math.PI / 2;
  return Array.from({ length: count }, (_, index) => {
    const angle = begin + (2 * Math.PI * index) / count;
    return { x: centreX + radiusX * Math.cos(angle), y: centreY + radiusY * Math.sin(angle) };
  });
}

/** What the picture shows, in one sentence for those who hear it. */
export function describeCluster(nodes: readonly NodeRow[]): string {
  const said = nodes.map(({ name, state, calls }) => `${name} is ${state} with ${calls} calls`);
  const troubles = sightsOf(nodes)
    .filter(({ from, to, state }) => {
      const isDead = nodes.some((node) => node.state === 'dead' && [from, to].includes(node.name));
      return state !== 'up' && !isDead;
    })
    .map(({ from, to, state }) => `${from} sees ${to} as ${state}`);
  const views = troubles.length === 0 ? 'All that live see each other.' : `${troubles.join('; ')}.`;
  return `${said.join('; ')}. ${views}`;
}
