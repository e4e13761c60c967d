import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');
const ROW = /^\| (\d+) \| [^|]+ \| (.+) \|$/gm;

function testsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
    .map((name) => readFileSync(path.join(folder, name), 'utf8'));
}

test('each way to lose money has the tests that docs/BILLING.md names', () => {
  const page = readFileSync(path.join(ROOT, 'docs', 'BILLING.md'), 'utf8');
  const sources = ['packages', 'test'].flatMap((folder) => testsBelow(path.join(ROOT, folder)));
  const all = sources.join('\n');
  const rows = [...page.matchAll(ROW)].map(([, number, names = '']) => ({
    number: Number(number),
    names: [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
  }));
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 23 }, (_, n) => n + 1));
  const missing = rows.flatMap(({ names }) => names.filter((name) => !all.includes(`'${name}'`)));
  expect(missing).toEqual([]);
  expect(rows.filter(({ names }) => names.length === 0)).toEqual([]);
});
