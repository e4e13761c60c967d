import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// npm run drill [-- name …]: what operators do to a cluster, and what may happen to it, done to a
// real one of processes on this machine, and measured. Each drill ends with 0 only if all was well.
const folder = fileURLToPath(new URL('.', import.meta.url));
const wanted = process.argv.slice(2);
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.drill.ts'))
  .map((file) => file.slice(0, -'.drill.ts'.length));
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no such drill: ${unknown.join(' ')}; there are ${known.join(', ')}\n`);
  process.exit(2);
}

for (const name of wanted.length === 0 ? known : wanted) {
  process.stdout.write(`drill ${name} …\n`);
  const args = ['--import', 'tsx', '--conditions=tandem-source', `${folder}${name}.drill.ts`];
  const child = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (child.status === 0) continue;
  process.stderr.write(`drill ${name} ended with ${child.status ?? child.signal}\n`);
  process.exitCode = 1;
}
