import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../tools.mjs';
import { SetupProblem, lastLines, run, tell } from './command.mjs';

const sources = join(projectRoot, 'packages', 'console', 'web');
const built = join(projectRoot, 'packages', 'console', 'dist-web');
const stampFile = join(built, 'sources.sha256');

/**
 * Builds the console's web pages when their sources, or the versions of the libraries that go into
 * them, have changed: about a second, and some milliseconds if nothing did. The old pages stay
 * until the new ones are whole.
 */
export function buildPages() {
  const stamp = stampOfSources();
  if (readStamp() === stamp) return;
  const fresh = `${built}.new`;
  const vite = join(projectRoot, 'node_modules', 'vite', 'bin', 'vite.js');
  const result = run(process.execPath, [vite, 'build', sources, '--outDir', fresh], {
    cwd: projectRoot,
    // A test runner says `test` here, and the libraries would bring their checks for developers.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (!result.isOk) {
    const complaint = result.problem || result.output;
    throw new SetupProblem(`the console's pages do not build:\n${lastLines(complaint, 40)}`);
  }
  writeFileSync(join(fresh, 'sources.sha256'), stamp);
  if (existsSync(built))
    tell("the console's pages were built anew; running nodes keep the old ones");
  rmSync(built, { recursive: true, force: true });
  renameSync(fresh, built);
}

function stampOfSources() {
  const hash = createHash('sha256');
  const names = readdirSync(sources, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  for (const name of names) {
    hash
      .update(`${name.slice(sources.length)}\0`)
      .update(readFileSync(name))
      .update('\0');
  }
  for (const library of ['vite', 'preact', 'uplot', '@tanstack/table-core']) {
    const manifest = join(projectRoot, 'node_modules', library, 'package.json');
    hash.update(`${library} ${JSON.parse(readFileSync(manifest, 'utf8')).version}\n`);
  }
  return hash.digest('hex');
}

function readStamp() {
  try {
    return readFileSync(stampFile, 'utf8');
  } catch {
    return undefined;
  }
}
