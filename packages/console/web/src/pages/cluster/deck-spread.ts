import type { NodeRow } from '../../api/node-row.ts';

/** How far a deck has come over the cluster. */
export interface DeckSpread {
  readonly name: string;
  /** The newest version that any node has. */
  readonly version: number;
  readonly nodesOnIt: number;
  readonly nodes: number;
  /** Nodes on another version or none: `node3 on v41`. */
  readonly behind: readonly string[];
}

/** Compares the decks of the nodes that live: `3 of 3 on v42`. By name. */
export function deckSpreads(nodes: readonly NodeRow[]): readonly DeckSpread[] {
  const alive = nodes.filter(({ state }) => state !== 'dead' && state !== 'starting');
  const names = [...new Set(alive.flatMap(({ decks }) => decks.map(({ name }) => name)))];
  return names.toSorted().map((name) => {
    const versions = alive.map((node) => ({
      node: node.name,
      version: node.decks.find((deck) => deck.name === name)?.version,
    }));
    const newest = Math.max(...versions.map(({ version }) => version ?? 0));
    const behind = versions.filter(({ version }) => version !== newest);
    return {
      name,
      version: newest,
      nodesOnIt: versions.length - behind.length,
      nodes: versions.length,
      behind: behind.map(({ node, version }) =>
        version === undefined ? `${node} without it` : `${node} on v${version}`,
      ),
    };
  });
}
