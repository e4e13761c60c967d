import { GrowingColumn } from './growing-column.ts';
import { compareRows, type PrefixRows } from './prefix-columns.ts';
import { cut, geometryFor, type PrefixGeometry } from './prefix-geometry.ts';

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
export function nodesOf(rows: PrefixRows, order: Uint32Array): PrefixNodes {
  const geometry = geometryFor(rows.lengths.length);
  const { trunkSymbols } = geometry;
  const trunks = new GrowingColumn((length) => new Float64Array(length));
  const tails = new GrowingColumn((length) => new Float64Array(length));
  const lengths = new GrowingColumn((length) => new Uint8Array(length));
  const firstRows = new GrowingColumn((length) => new Uint32Array(length));
  const push = (trunk: number, tail: number, length: number, firstRow: number) => {
    trunks.push(trunk);
    tails.push(tail);
    lengths.push(length);
    firstRows.push(firstRow);
  };

  for (let at = 0; at < order.length; at++) {
    const row = order[at]!;
    if (at > 0 && compareRows(rows, order[at - 1]!, row) === 0) continue;
    const { trunk, tail } = cut(rows.lefts[row]!, rows.rights[row]!, geometry);
    const length = rows.lengths[row]!;
    const last = lengths.length - 1;
    const hasTrunk = last >= 0 && trunks.at(last) === trunk && lengths.at(last) >= trunkSymbols;
    if (length > trunkSymbols && !hasTrunk) push(trunk, 0, trunkSymbols, at);
    push(trunk, tail, length, at);
  }
  firstRows.push(order.length);
  return {
    geometry,
    trunks: trunks.toArray(),
    tails: tails.toArray(),
    lengths: lengths.toArray(),
    firstRows: firstRows.toArray(),
  };
}
