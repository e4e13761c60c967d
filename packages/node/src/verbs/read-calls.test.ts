import { describe, expect, test } from 'vitest';
import type { ApiClient } from '../api/api-client.ts';
import { readCalls } from './read-calls.ts';

/** A node with so many calls that it answers with three pages. */
class PagedNode implements Pick<ApiClient, 'ask'> {
  readonly asked: string[] = [];

  ask(_method: string, path: string) {
    this.asked.push(path);
    const page = Number(new URLSearchParams(path.split('?')[1]).get('cursor') ?? '0');
    const body = {
      calls: [{ id: `n1-b-${page}` }],
      total: 3,
      unanswered: page === 1 ? ['node3'] : [],
      ...(page < 2 ? { nextCursor: String(page + 1) } : {}),
    };
    return Promise.resolve({ status: 200, body, text: JSON.stringify(body) });
  }
}

describe('the calls that a verb lists', () => {
  test('are those of all pages, and a node that was silent for one of them is named', async () => {
    const node = new PagedNode();
    const { calls, total, unanswered, bodies } = await readCalls(node, { tenant: 'acme' });
    expect(calls.map(({ id }) => id)).toEqual(['n1-b-0', 'n1-b-1', 'n1-b-2']);
    expect({ total, unanswered }).toEqual({ total: 3, unanswered: ['node3'] });
    expect(bodies).toHaveLength(3);
    expect(node.asked.every((path) => path.includes('tenant=acme'))).toBe(true);
  });

  test.each([[{ limit: '1' }], [{ cursor: '1' }]])(
    'are one page where %j asks for one',
    async (args) => {
      const node = new PagedNode();
      expect((await readCalls(node, args)).calls).toHaveLength(1);
      expect(node.asked).toHaveLength(1);
    },
  );
});
