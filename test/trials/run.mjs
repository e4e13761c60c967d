import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// npm run trial -- name …: trials of whole nodes that take minutes and a quiet machine, each a
// program of its own that prints what came out and ends with 1 where that is not enough. Without a
// name: which there are.
const folder = fileURLToPath(new URL('.', import.meta.url));
const ending = '.trial.ts';
const names = readdirSync(folder)
  .filter((file) => file.endsWith(ending))
  .map((file) => file.slice(0, -ending.length));
const [name, ...rest] = process.argv.slice(2);

if (name === undefined || !names.includes(name)) {
  process.stderr.write(`usage: npm run trial -- ${names.join('|')} [options]\n`);
  process.exit(2);
}
const args = [
  '--import',
  'tsx',
  '--conditions=tandem-source',
  `${folder}${name}${ending}`,
  ...rest,
];
const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
process.exitCode = status ?? 1;
