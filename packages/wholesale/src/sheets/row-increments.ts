import { type IncrementPair, readIncrements, readSeconds } from './cell-increments.ts';
import type { Field } from './column-names.ts';
import type { RowCells } from './row-cells.ts';

/** Increments of a row that names none, unless the options say otherwise. */
export const DEFAULT_INCREMENT_SECONDS = 60;

/**
 * Reads the increments, from one column (`60/1`) or two. A column of increments beside one of first
 * seconds holds the next ones. Any problem is told to the row.
 */
export function readPair(row: RowCells): IncrementPair {
  const { options } = row.context;
  const combined = row.cellOf('increments');
  const first = row.cellOf('first');
  const next = row.cellOf('next');
  const pair = combined === '' ? undefined : row.take('increments', readIncrements(combined));
  const isNext = pair !== undefined && first !== '' && pair.firstSeconds === pair.nextSeconds;
  const firstSeconds = isNext || pair === undefined ? secondsIn(row, 'first', first) : undefined;
  const nextSeconds = isNext ? pair.nextSeconds : secondsIn(row, 'next', next);
  return {
    firstSeconds:
      firstSeconds ??
      pair?.firstSeconds ??
      nextSeconds ??
      options.firstSeconds ??
      DEFAULT_INCREMENT_SECONDS,
    nextSeconds:
      nextSeconds ??
      pair?.nextSeconds ??
      firstSeconds ??
      options.nextSeconds ??
      DEFAULT_INCREMENT_SECONDS,
  };
}

function secondsIn(row: RowCells, field: Field, cell: string): number | undefined {
  return cell === '' ? undefined : row.take(field, readSeconds(cell));
}
