import type { PrefixRows } from './prefix-columns.ts';
import { geometryFor, type PrefixGeometry, tailOf, trunkOf } from './prefix-geometry.ts';

/** The distinct prefixes of a table, parents before children, and which rows belong to each. */
export interface PrefixNodes {
  readonly geometry: PrefixGeometry;
  readonly trunks: Float64Array<ArrayBuffer>;
  readonly tails: Float64Array<ArrayBuffer>;
  readonly lengths: Uint8Array<ArrayBuffer>;
  /** Node n has the rows order[firstRows[n]] … order[firstRows[n + 1] - 1]. */
  readonly firstRows: Uint32Array<ArrayBuffer>;
}

/**
 * Gathers equal prefixes into nodes. Before prefixes longer than a trunk a node of the bare trunk
 * is put in, with no rows, if the table has none: the search goes on from there.
 */
export function nodesOf({ lefts, rights, lengths }: PrefixRows, order: Uint32Array): PrefixNodes {
  const geometry = geometryFor(lengths.length);
  const { trunkSymbols } = geometry;
  const most = order.length + countLonger(lengths, trunkSymbols);
  const nodes = {
    trunks: new Float64Array(most),
    tails: new Float64Array(most),
    lengths: new Uint8Array(most),
    firstRows: new Uint32Array(most + 1),
  };
  let count = 0;
  let [formerLeft, formerRight, formerLength] = [NONE, NONE, NONE];
  for (let at = 0; at < order.length; at++) {
    const row = order[at]!;
    const left = lefts[row]!;
    const right = rights[row]!;
    const length = lengths[row]!;
    if (left === formerLeft && right === formerRight && length === formerLength) continue;
    [formerLeft, formerRight, formerLength] = [left, right, length];
    const tail = tailOf(left, right, geometry);
    const trunk = trunkOf(left, right, geometry);
    if (length > trunkSymbols) {
      const hasTrunk =
        count > 0 && nodes.trunks[count - 1] === trunk && nodes.lengths[count - 1]! >= trunkSymbols;
      if (!hasTrunk) {
        nodes.trunks[count] = trunk;
        nodes.lengths[count] = trunkSymbols;
        nodes.firstRows[count++] = at;
      }
    }
    nodes.trunks[count] = trunk;
    nodes.tails[count] = tail;
    nodes.lengths[count] = length;
    nodes.firstRows[count++] = at;
  }
  nodes.firstRows[count] = order.length;
  return {
    geometry,
    trunks: nodes.trunks.subarray(0, count),
    tails: nodes.tails.subarray(0, count),
    lengths: nodes.lengths.slice(0, count),
    firstRows: nodes.firstRows.subarray(0, count + 1),
  };
}

/** What no row has. */
const NONE = -1;

function countLonger(lengths: Uint8Array, than: number): number {
  let count = 0;
  for (let row = 0; row < lengths.length; row++) if (lengths[row]! > than) count++;
  return count;
}
