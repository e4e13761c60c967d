import { expect, test } from 'vitest';
import { LiteralTargets } from './literal-targets.ts';

test('finds the same target again, whatever was asked for meanwhile', () => {
  const targets = new LiteralTargets();
  const find = (): unknown => targets.find('sip:a@192.0.2.7:5070;transport=tcp');
  const first = find();
  expect(first).toEqual({ transport: 'tcp', address: '192.0.2.7', port: 5070 });
  expect(find()).toBe(first);
  for (let port = 1_024; port < 6_000; port++) {
    expect(targets.find(`sip:b@192.0.2.8:${port}`)).toMatchObject({ port });
  }
  // More than it remembers: read anew, to the same end.
  expect(find()).toEqual(first);
  expect(find()).not.toBe(first);
});

test('knows nothing of names and of what is no URI', () => {
  const targets = new LiteralTargets();
  for (const uri of ['sip:a@example.com', 'tel:+4930', 'sip:@@', '']) {
    expect(targets.find(uri)).toBeUndefined();
  }
});
