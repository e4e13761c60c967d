import { expect, test } from 'vitest';
import { SpanCounts } from './span-counts.ts';

test('spans are counted up to each bound, its own value in it, and beyond the last one', () => {
  const spans = new SpanCounts([0.1, 1]);
  for (const seconds of [0, 0.1, 0.100_1, 1, 7]) spans.observe(seconds);
  expect(spans.reading({ name: 'x_seconds', help: 'X.', labels: { of: 'y' } })).toEqual({
    name: 'x_seconds',
    help: 'X.',
    labels: { of: 'y' },
    kind: 'histogram',
    value: expect.closeTo(8.2001),
    buckets: [
      { le: 0.1, count: 2 },
      { le: 1, count: 4 },
      { le: Infinity, count: 5 },
    ],
  });
});
