import { describeNote, type TrailStep } from '@tandem/engine';
import { describe, expect, test } from 'vitest';
import { pastTrail } from './past-trail.ts';

const made: TrailStep = {
  message: 'call.route',
  labels: ['cluster.local:50', 'wholesale.routes:70'],
  at: 1_000,
  notes: [
    { handler: 0, kind: 'changed', text: 'called, caller', durationMs: 1.25 },
    { handler: 1, kind: 'answered' },
    { handler: 1, kind: 'ran', durationMs: 0.04 },
  ],
};

describe('the trail of a call that is over', () => {
  test('remarks come back as they were made', () => {
    const notes = (made.notes ?? []).map((remark) => describeNote(made, remark));
    const place = { message: 'call.route', node: 'node1', at: 1_000 };
    expect(pastTrail([{ message: 'call.route', at: 1_000, notes }], 'node1')).toEqual([
      {
        ...place,
        handler: 'cluster.local',
        priority: 50,
        outcome: 'changed',
        note: 'called, caller',
        durationMs: 1.3,
      },
      {
        ...place,
        handler: 'wholesale.routes',
        priority: 70,
        outcome: 'answered',
        note: null,
        durationMs: null,
      },
      {
        ...place,
        handler: 'wholesale.routes',
        priority: 70,
        outcome: 'ran',
        note: null,
        durationMs: 0,
      },
    ]);
  });

  test('a message that nobody answered, and one of another node, are told too', () => {
    const trail = [{ message: 'call.preroute', at: 1, node: 'node2', notes: [] }];
    expect(pastTrail(trail, 'node1')).toMatchObject([
      { message: 'call.preroute', node: 'node2', outcome: 'passed', handler: '' },
    ]);
  });

  test('what is no remark is shown as it is', () => {
    const trail = [{ message: 'call.route', at: 1, notes: ['<b>odd</b>\nthing'] }];
    expect(pastTrail(trail, 'node1')).toMatchObject([{ note: '<b>odd</b>\nthing' }]);
  });
});
