import { GrowingColumn } from './growing-column.ts';
import { POWERS } from './prefix-columns.ts';
import { BODIES } from './prefix-geometry.ts';
import type { PrefixNodes } from './prefix-nodes.ts';
import { Intervals, sweep } from './prefix-sweep.ts';
import { NO_NODE, type PrefixArrays, PrefixTable } from './prefix-table.ts';

/** Builds a table: one sweep for the trunks, one for each trunk with long prefixes. */
export function buildPrefixTable(nodes: PrefixNodes): PrefixTable {
  const parents = new Int32Array(nodes.lengths.length);
  const trunks = sweepTrunks(nodes, parents);
  const tails = sweepTails(nodes, parents);
  return new PrefixTable({
    geometry: nodes.geometry,
    ...trunks,
    ...tails,
    parents,
    lengths: nodes.lengths,
  });
}

function sweepTrunks(
  nodes: PrefixNodes,
  parents: Int32Array,
): Pick<PrefixArrays, 'heads' | 'bodies' | 'nodes'> {
  const { headSymbols, trunkSymbols } = nodes.geometry;
  const intervals = new Intervals(2 * nodes.lengths.length + 1);
  const line = { from: 0, to: nodes.lengths.length, starts: nodes.trunks, outside: NO_NODE };
  sweep(nodes.lengths, { ...line, symbolsBefore: 0, width: trunkSymbols }, parents, intervals);

  const heads = new Uint32Array(POWERS[headSymbols]! + 1);
  const { starts } = intervals;
  const bodies = new Uint32Array(starts.length);
  for (let at = 0; at < bodies.length; at++) {
    const start = starts[at]!;
    const head = Math.floor(start / BODIES);
    bodies[at] = start - head * BODIES;
    heads[head + 1]!++;
  }
  for (let head = 0; head + 1 < heads.length; head++) heads[head + 1]! += heads[head]!;
  return { heads, bodies, nodes: intervals.toNodes() };
}

function sweepTails(
  nodes: PrefixNodes,
  parents: Int32Array,
): Pick<PrefixArrays, 'tailOwners' | 'tailOffsets' | 'tails' | 'tailNodes'> {
  const { trunkSymbols: symbolsBefore, tailSymbols: width } = nodes.geometry;
  const owners = new GrowingColumn();
  const offsets = new GrowingColumn();
  // Each line has at least one node besides its owner, and one interval more than twice its nodes.
  const intervals = new Intervals(3 * countLong(nodes));
  for (let from = nextLong(nodes, 0); from < nodes.lengths.length;) {
    // The node before the first long one is its bare trunk: nodesOf has seen to that.
    const owner = from - 1;
    const to = endOfTails(nodes, owner);
    owners.push(owner);
    offsets.push(intervals.length);
    const line = { from, to, starts: nodes.tails, symbolsBefore, width, outside: owner };
    sweep(nodes.lengths, line, parents, intervals);
    from = nextLong(nodes, to);
  }
  offsets.push(intervals.length);
  return {
    tailOwners: owners.toArray(),
    tailOffsets: offsets.toArray(),
    tails: intervals.starts.slice(),
    tailNodes: intervals.toNodes(),
  };
}

function nextLong(nodes: PrefixNodes, from: number): number {
  let node = from;
  while (node < nodes.lengths.length && nodes.lengths[node]! <= nodes.geometry.trunkSymbols) node++;
  return node;
}

function endOfTails(nodes: PrefixNodes, owner: number): number {
  let node = owner + 1;
  while (
    nodes.lengths[node]! > nodes.geometry.trunkSymbols &&
    nodes.trunks[node] === nodes.trunks[owner]
  )
    node++;
  return node;
}

function countLong({ lengths, geometry }: PrefixNodes): number {
  let count = 0;
  for (let node = 0; node < lengths.length; node++) {
    if (lengths[node]! > geometry.trunkSymbols) count++;
  }
  return count;
}
