import { describe, expect, test } from 'vitest';
import { type LegRow, readCall, readCallPage } from '../../api/call-row.ts';
import { readTrailRow } from '../../api/trail-row.ts';
import { hrefOf, readPlace } from '../../shell/place.ts';
import { ageOf, talkOf } from './call-age.ts';
import { resourceOf, search } from './call-filter.ts';
import { ladderOf } from './ladder.ts';
import { legsOfPast, readPastLeg } from './past-leg.ts';
import { stepsOf } from './trail.ts';

function leg(id: string, node: string, direction: string, driver: string, address = id): LegRow {
  return { id, node, direction, driver, address, state: 'up' };
}

describe('the ladder of a call', () => {
  test('a forwarded call goes from phone to node to node to phone', () => {
    const legs = [
      leg('a1', 'node1', 'incoming', 'sip', '192.0.2.1:5060'),
      leg('a2', 'node1', 'outgoing', 'nats', 'node2'),
      leg('b1', 'node2', 'incoming', 'nats', 'node1'),
      leg('b2', 'node2', 'outgoing', 'sip', '192.0.2.2:5060'),
    ];
    const { columns, rungs } = ladderOf({ node: 'node1', legs });
    expect(columns.map(({ name }) => name)).toEqual([
      '192.0.2.1:5060',
      'node1',
      'node2',
      '192.0.2.2:5060',
    ]);
    expect(rungs.map(({ legs }) => legs.map(({ id }) => id))).toEqual([
      ['a1'],
      ['a2', 'b1'],
      ['b2'],
    ]);
  });

  test('phones that ring together at one address are two columns', () => {
    const legs = [
      leg('a1', 'node1', 'incoming', 'sip', '192.0.2.1:5060'),
      leg('a2', 'node1', 'outgoing', 'sip', '192.0.2.9:5060'),
      leg('a3', 'node1', 'outgoing', 'sip', '192.0.2.9:5060'),
    ];
    expect(ladderOf({ node: 'node1', legs }).columns).toHaveLength(4);
  });

  test('a hop whose other half nobody listed leads to a question mark, never into nothing', () => {
    const legs = [leg('a2', 'node1', 'outgoing', 'nats')];
    const { columns, rungs } = ladderOf({ node: 'node1', legs });
    expect(columns.map(({ name }) => name)).toEqual(['node1', '?']);
    expect(rungs).toHaveLength(1);
    const far = ladderOf({ node: 'node1', legs: [leg('b1', 'node2', 'incoming', 'nats')] });
    expect(far.rungs).toHaveLength(1);
  });

  test('a call without legs still has its node', () => {
    expect(ladderOf({ node: 'node1', legs: [] })).toMatchObject({
      columns: [{ name: 'node1' }],
      rungs: [],
    });
  });
});

describe('the story of a call that is over', () => {
  test('what a sister was asked for completes the ladder', () => {
    const legs = [
      { direction: 'incoming', driver: 'sip', address: '192.0.2.1:5060', node: 'node3' },
      {
        direction: 'outgoing',
        driver: 'nats',
        address: 'node2',
        node: 'node3',
        callto: 'cluster/node2/sip/sip:bob@192.0.2.2:5060',
      },
    ].map((row, index) => readPastLeg({ id: `l${index}`, state: 'answered', ...row }));
    const { columns } = ladderOf({ node: 'node3', legs: legsOfPast(legs) });
    expect(columns.map(({ name }) => name)).toEqual([
      '192.0.2.1:5060',
      'node3',
      'node2',
      'bob@192.0.2.2:5060',
    ]);
  });

  test('remarks about one handler are one line of the trail', () => {
    const row = { message: 'call.route', node: 'node1', handler: 'routes', priority: 70 };
    const trail = [
      { ...row, outcome: 'waited', durationMs: 25 },
      { ...row, outcome: 'answered' },
      { ...row, message: 'call.execute', outcome: 'changed', note: 'callto' },
      { ...row, message: 'call.execute', outcome: 'changed', note: 'caller' },
    ].map(readTrailRow);
    expect(stepsOf(trail)).toMatchObject([
      { message: 'call.route', outcome: 'answered', durationMs: 25, isFirst: true },
      { message: 'call.execute', outcome: 'changed', note: 'callto, caller', isFirst: true },
    ]);
  });
});

describe('rows of calls', () => {
  test('whatever a node answers is read without a throw', () => {
    for (const body of [null, 7, 'text', [], {}, { calls: [null, 1, {}], total: 'x' }]) {
      expect(() => readCallPage(body)).not.toThrow();
    }
    expect(readCallPage({ calls: [{}] })).toMatchObject({ total: 1, unanswered: [] });
  });

  test('age and talk time go on from what the node said, whatever the wall clocks say', () => {
    const row = { startedAt: 1_000, answeredAt: 6_000, durationMs: 20_000 };
    expect(ageOf(readCall(row), 3_000)).toBe(23_000);
    expect(talkOf(readCall(row), 3_000)).toBe(18_000);
    expect(talkOf(readCall({ ...row, answeredAt: null }), 3_000)).toBeNull();
  });

  test('only filters that the node knows are asked of it', () => {
    const query = { caller: ' 44 ', state: 'lost', q: 'x', evil: '1', tenant: 'a&b' };
    expect(resourceOf(query, undefined)).toBe('/calls?tenant=a%26b&caller=44&limit=1000');
    expect(resourceOf({ state: 'up' }, 'abc')).toBe('/calls?state=up&limit=1000&cursor=abc');
  });

  test('a search looks at numbers, names, trunks and addresses', () => {
    const calls = [readCall({ caller: 'Alice' }), readCall({ legs: [{ address: '192.0.2.7' }] })];
    expect(search(calls, 'ALI')).toEqual([calls[0]]);
    expect(search(calls, '2.7')).toEqual([calls[1]]);
    expect(search(calls, ' ')).toEqual(calls);
  });
});

describe('addresses of places', () => {
  test.each(['node1-b1-7', 'a/b?c#d', '50%', '<img>'])('the id %s comes back whole', (id) => {
    expect(readPlace(hrefOf('calls', id, { q: 'a b&c' }))).toEqual({
      page: 'calls',
      item: id,
      query: { q: 'a b&c' },
    });
  });

  test('an address that is none leads to the overview', () => {
    for (const hash of ['', '#', '#/']) expect(readPlace(hash).page).toBe('overview');
    expect(readPlace('#/calls/%E0%A4%A').item).toBe('%E0%A4%A');
  });
});
