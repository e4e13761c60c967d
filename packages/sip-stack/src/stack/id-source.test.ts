import { expect, it } from 'vitest';

import { IdSource } from './id-source.ts';

it('makes tags in the form by which other nodes tell whose they are', () => {
  const ids = new IdSource('node1-', 'boot');
  const tags = Array.from({ length: 1_000 }, () => ids.makeTag());
  for (const tag of tags) expect(tag).toMatch(/^node1-[0-9a-z]+-[0-9a-f]{8}$/);
  expect(new Set(tags.map((tag) => tag.slice(-8))).size).toBeGreaterThan(990);
});

it('makes branches with the cookie of RFC 3261 that never repeat, not even after a restart', () => {
  const made = [new IdSource(''), new IdSource('')].flatMap((ids) =>
    Array.from({ length: 500 }, () => ids.makeBranch()),
  );
  expect(new Set(made).size).toBe(1_000);
  for (const branch of made) expect(branch.startsWith('z9hG4bK')).toBe(true);
});
