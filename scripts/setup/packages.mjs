import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../tools.mjs';
import { SetupProblem, lastLines, run, tell } from './command.mjs';

const quiet = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];

/**
 * Installs the npm packages when node_modules differs from package-lock.json. npm's own note of
 * what it installed is compared, not a stamp of ours, so an install by hand counts as well.
 */
export function installPackages() {
  const wanted = readLock(join(projectRoot, 'package-lock.json'));
  if (wanted === undefined) {
    throw new SetupProblem('package-lock.json is missing or broken; get it back with git.');
  }
  const missing = listMissing(wanted);
  if (missing.length === 0) return;

  const isFresh = !existsSync(join(projectRoot, 'node_modules'));
  tell(
    isFresh
      ? 'installing the npm packages (once; about a minute) …'
      : `bringing the npm packages up to date (${missing.length} differ) …`,
  );
  // Not `npm ci`: it begins by deleting node_modules, and refuses a lock without the tools of every
  // platform. `--no-save` keeps the versions of the lock and the lock itself as they are.
  const result = run('npm', ['install', '--no-save', '--include=dev', ...quiet], {
    cwd: projectRoot,
    // On Windows npm is a command script, which only a shell can start.
    shell: process.platform === 'win32',
  });
  if (!result.isOk) {
    throw new SetupProblem(
      `npm could not install the packages. Is the npm registry reachable, the disk full, or
  node_modules owned by somebody else? npm said:\n${lastLines(result.problem)}`,
    );
  }
  const still = listMissing(wanted);
  if (still.length > 0) {
    throw new SetupProblem(
      `npm ended well and yet ${still.length} packages differ from package-lock.json (first:
  ${still[0]}). Delete node_modules and try again.`,
    );
  }
}

/** Packages of the lock that are absent or of another version. Optional ones may be absent. */
function listMissing(wanted) {
  const installed = readLock(join(projectRoot, 'node_modules', '.package-lock.json')) ?? {};
  return Object.keys(wanted).filter((path) => {
    if (!path.includes('node_modules/')) return false;
    const entry = wanted[path];
    const found = installed[path];
    if (found === undefined) return entry.optional !== true && entry.devOptional !== true;
    return found.version !== entry.version || found.integrity !== entry.integrity;
  });
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
