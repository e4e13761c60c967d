import { describe, expect, test } from 'vitest';
import { type NodeRow, readNodeTable } from '../../api/node-row.ts';
import { LoadHistory } from '../../plot/load-history.ts';
import { compareValues } from '../../table/column.ts';
import { totalsOf } from '../overview/cluster-totals.ts';
import { describeCluster, sightsOf, spotsFor } from '../overview/sights.ts';
import { deckSpreads } from './deck-spread.ts';

function nodes(...rows: Readonly<Record<string, unknown>>[]): readonly NodeRow[] {
  const up = { state: 'up', nats: 'up', database: 'up' };
  return readNodeTable({ nodes: rows.map((row) => ({ ...up, ...row })) }).nodes;
}

const deck = (version: number) => [{ name: 'sell-a', version }];

describe('the cluster in pictures and numbers', () => {
  test('a deck that is everywhere says so, one that is not names the nodes behind', () => {
    const [spread] = deckSpreads(
      nodes(
        { name: 'node1', decks: deck(42) },
        { name: 'node2', decks: deck(41) },
        { name: 'node3' },
        { name: 'node4', state: 'dead', decks: deck(7) },
      ),
    );
    expect(spread).toEqual({
      name: 'sell-a',
      version: 42,
      nodesOnIt: 1,
      nodes: 3,
      behind: ['node2 on v41', 'node3 without it'],
    });
  });

  test('a dead node sees nobody, and its last numbers count no more', () => {
    const rows = nodes(
      { name: 'node1', seenBy: { node2: 'up' }, callsPerSecond: 2 },
      { name: 'node2', state: 'dead', seenBy: { node1: 'dead' }, callsPerSecond: 9 },
    );
    expect(sightsOf(rows)).toEqual([
      { from: 'node1', to: 'node2', state: 'dead' },
      { from: 'node2', to: 'node1', state: 'unseen' },
    ]);
    const totals = totalsOf({ askedNode: 'node1', nodes: rows });
    expect(totals).toMatchObject({ callsPerSecond: 2, nodesUp: 1, nodes: 2 });
    expect(totals.troubles).toEqual(['node2 is dead']);
  });

  test('a cut that only one side sees is told', () => {
    const rows = nodes(
      { name: 'node1', seenBy: { node2: 'dead' } },
      { name: 'node2', seenBy: { node1: 'up' } },
    );
    expect(describeCluster(rows)).toContain('node2 sees node1 as dead');
  });

  test('every node has a spot inside the picture', () => {
    for (let count = 1; count <= 12; count++) {
      for (const { x, y } of spotsFor(count, 460, 300, 62)) {
        expect(x).toBeGreaterThanOrEqual(61);
        expect(x).toBeLessThanOrEqual(399);
        expect(y).toBeGreaterThanOrEqual(61);
        expect(y).toBeLessThanOrEqual(239);
      }
    }
  });

  test('a node that is away leaves a gap in its line, and the history has an end', () => {
    const history = new LoadHistory();
    history.add(1_000, nodes({ name: 'node1', calls: 3 }));
    history.add(3_000, nodes({ name: 'node1', calls: 4 }, { name: 'node2', calls: 1 }));
    history.add(2_000, nodes({ name: 'node1', calls: 99 }));
    history.add(5_000, nodes({ name: 'node1', state: 'dead', calls: 4 }));
    expect(history.plot('calls')).toEqual({
      names: ['node1', 'node2'],
      atSeconds: [1, 3, 5],
      lines: [
        [3, 4, null],
        [null, 1, null],
      ],
    });
    for (let second = 6; second < 2_000; second++) history.add(second * 1_000, nodes());
    expect(history.plot('calls').atSeconds).toHaveLength(900);
  });

  test('columns are ordered as people count', () => {
    const trunks = ['trunk10', 'trunk9', 'trunk1'];
    expect(trunks.toSorted(compareValues)).toEqual(['trunk1', 'trunk9', 'trunk10']);
    expect([3n, 1n, 2n].toSorted(compareValues)).toEqual([1n, 2n, 3n]);
  });
});
