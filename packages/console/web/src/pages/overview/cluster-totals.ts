import type { NodeTable } from '../../api/node-row.ts';

/** The cluster in a few numbers. */
export interface ClusterTotals {
  readonly callsPerSecond: number;
  /** Of the last minute, over all nodes; null: nothing was decided. */
  readonly asrPercent: number | null;
  readonly seizures: number;
  /** Nodes that take calls. */
  readonly nodesUp: number;
  readonly nodes: number;
  readonly worstLag: { readonly node: string; readonly loopLagMs: number } | undefined;
  /** Records that wait for the database, over all nodes. */
  readonly journalRecords: number;
  /** What somebody should look at, worst first. */
  readonly troubles: readonly string[];
  /** Whether one of them costs calls or money now. */
  readonly isBad: boolean;
}

/** A loop that lags more than this is told as a trouble, ms. */
const LAG_ALARM_MS = 100;

/** Sums the nodes up; a dead node counts only as dead. */
export function totalsOf({ nodes }: NodeTable): ClusterTotals {
  const alive = nodes.filter(({ state }) => state !== 'dead');
  const seizures = alive.reduce((sum, node) => sum + node.seizures, 0);
  const answers = alive.reduce((sum, node) => sum + node.answers, 0);
  const slowest = alive.toSorted((a, b) => b.loopLagMs - a.loopLagMs)[0];
  const isBad = nodes.some(({ state, nats, database }) =>
    [state, nats, database].some((word) => word === 'dead' || word === 'down'),
  );
  return {
    isBad,
    callsPerSecond: alive.reduce((sum, node) => sum + node.callsPerSecond, 0),
    asrPercent: seizures === 0 ? null : (100 * answers) / seizures,
    seizures,
    nodesUp: alive.filter(({ state }) => state === 'up' || state === 'lagging').length,
    nodes: nodes.length,
    worstLag: slowest && { node: slowest.name, loopLagMs: slowest.loopLagMs },
    journalRecords: alive.reduce((sum, node) => sum + node.journalRecords, 0),
    troubles: [
      ...nodes.filter(({ state }) => state === 'dead').map(({ name }) => `${name} is dead`),
      ...alive.filter(({ nats }) => nats === 'down').map(({ name }) => `${name} has lost NATS`),
      ...alive
        .filter(({ database }) => database === 'down')
        .map(({ name }) => `${name} has lost its database`),
      ...alive
        .filter(({ loopLagMs, state }) => loopLagMs > LAG_ALARM_MS || state === 'lagging')
        .map(({ name, loopLagMs }) => `${name} lags by ${Math.round(loopLagMs)} ms`),
      ...alive.filter(({ state }) => state === 'draining').map(({ name }) => `${name} is draining`),
    ],
  };
}
