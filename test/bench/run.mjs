import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// npm run bench [-- name …] [--json and other options, which each bench gets]: each is a program of
// its own, one after the other, so that none warms or starves another.
const folder = fileURLToPath(new URL('.', import.meta.url));
const isJson = process.argv.includes('--json');
const given = process.argv.slice(2);
const firstOption = given.findIndex((argument) => argument.startsWith('--'));
const wanted = firstOption < 0 ? given : given.slice(0, firstOption);
const options = given.slice(wanted.length);

const names = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length))
  .filter((name) => wanted.length === 0 || wanted.includes(name));

if (names.length === 0) {
  process.stderr.write(`no such bench: ${wanted.join(' ')}\n`);
  process.exit(2);
}

const results = [];
let hasFailed = false;
for (const name of names) {
  const file = `${folder}${name}.bench.ts`;
  const args = ['--import', 'tsx', '--conditions=tandem-source', file, ...options];
  const child = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', isJson ? 'pipe' : 'inherit', 'inherit'],
  });
  if (child.status !== 0) {
    hasFailed = true;
    process.stderr.write(`bench ${name} ended with ${child.status ?? child.signal}\n`);
  } else if (isJson) results.push(JSON.parse(child.stdout));
}
if (isJson) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
process.exitCode = hasFailed ? 1 : 0;
