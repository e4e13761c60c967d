import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { programme } from './programme.ts';
import { finale } from './trunk.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(`${root}/docs/SCENARIOS.md`, 'utf8');
const rows = [...page.matchAll(/^\| (\d+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$/gm)].map(
  ([, number, inProcess = '', sipp = '']) => ({
    number: Number(number),
    inProcess: inProcess.trim(),
    sipp: sipp.trim().split(', '),
  }),
);

test('the page names all forty, and each is where it says', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
  for (const { number, inProcess, sipp } of rows) {
    expect(titled(`test/scenarios/${inProcess}.test.ts`, number), `${number}`).toBe(true);
    for (const place of sipp) expect(isPlayed(place, number), `${number} ${place}`).toBe(true);
  }
});

function isPlayed(place: string, number: number): boolean {
  const [folder, name = ''] = place.split('/');
  if (folder === 'trials') return existsSync(`${root}/test/trials/${name}.trial.ts`);
  if (folder === 'live') return titled(`test/live/${name}.test.ts`, number);
  const isThere = existsSync(`${root}/test/stories/${name}.ts`);
  return isThere && [...programme, ...finale].some((act) => act.number === number);
}

function titled(file: string, number: number): boolean {
  return new RegExp(`['"\`]${number}\\. `).test(readFileSync(`${root}/${file}`, 'utf8'));
}
