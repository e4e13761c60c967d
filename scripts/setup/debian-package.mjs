import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { localToolsFolder } from '../tools.mjs';
import { lastLines, run } from './command.mjs';

/**
 * Unpacks a Debian package, with those of its dependencies that this system lacks, into
 * `.tools/<package>/`, without root and without touching the system. Returns undefined when
 * done, else what went wrong. A half-done unpacking is never left under the final name.
 */
export function fetchDebianPackage(packageName) {
  if (!run('dpkg-deb', ['--version']).isOk || !run('apt-get', ['--version']).isOk) {
    return 'this system has no apt-get and dpkg-deb to fetch it with.';
  }
  mkdirSync(localToolsFolder, { recursive: true });
  const workFolder = mkdtempSync(join(localToolsFolder, 'fetching-'));
  try {
    const problem = download(packageName, workFolder);
    return problem ?? unpack(packageName, workFolder);
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
}

/** Packages that must lie beside it, even where the system has them: its files are found from it. */
const companions = { chromium: ['chromium-common'] };

/** First with the system's package lists; where there are none or old ones, with lists of ours. */
function download(packageName, workFolder) {
  const first = downloadWith([], packageName, workFolder);
  if (first === undefined) return undefined;

  const ownLists = aptFolders(workFolder);
  const update = run('apt-get', [...ownLists, '-qq', 'update']);
  if (!update.isOk) return `apt-get update failed:\n${lastLines(update.problem, 4)}`;
  return downloadWith(ownLists, packageName, workFolder);
}

function downloadWith(options, packageName, workFolder) {
  const beside = companions[packageName] ?? [];
  const missing = listMissingDependencies(options, packageName);
  const packages = [...new Set([packageName, ...beside, ...missing])];
  const result = run('apt-get', [...withoutRoot, ...options, '-qq', 'download', ...packages], {
    cwd: workFolder,
  });
  if (result.isOk) return undefined;
  return `apt-get download ${packages.join(' ')} failed:\n${lastLines(result.problem, 4)}`;
}

// As root apt would drop to a user of its own, who cannot write into our folder.
const withoutRoot = ['-o', 'APT::Sandbox::User=root', '-o', 'Debug::NoLocking=1'];

/** apt's own folders, moved to where anybody may write; the system's sources and keys stay. */
function aptFolders(workFolder) {
  const lists = join(workFolder, 'apt', 'lists');
  const cache = join(workFolder, 'apt', 'cache');
  mkdirSync(join(lists, 'partial'), { recursive: true });
  mkdirSync(join(cache, 'archives', 'partial'), { recursive: true });
  return [...withoutRoot, '-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${cache}`];
}

/**
 * What apt would install besides, by a simulation that needs no root. Lines are
 * `Inst name (version …)`; one with `[version]` would be an upgrade of what is there: not ours.
 */
function listMissingDependencies(options, packageName) {
  const simulation = run('apt-get', [
    ...withoutRoot,
    ...options,
    '-s',
    '--no-install-recommends',
    'install',
    packageName,
  ]);
  return simulation.output
    .split('\n')
    .map((line) => /^Inst (\S+) \(/.exec(line)?.[1])
    .filter((name) => name !== undefined && name !== packageName);
}

function unpack(packageName, workFolder) {
  const root = join(workFolder, 'root');
  mkdirSync(root);
  for (const archive of readdirSync(workFolder).filter((name) => name.endsWith('.deb'))) {
    const result = run('dpkg-deb', ['-x', join(workFolder, archive), root]);
    if (!result.isOk) return `dpkg-deb -x ${archive} failed:\n${lastLines(result.problem, 4)}`;
  }
  const target = join(localToolsFolder, packageName);
  rmSync(target, { recursive: true, force: true });
  renameSync(root, target);
  return undefined;
}
