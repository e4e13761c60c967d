import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of this checkout; every other path of the scripts is made from it. */
export const projectRoot = fileURLToPath(new URL('..', import.meta.url));

/** Where set-up unpacks programs that the system lacks; it may be deleted at any time. */
export const localToolsFolder = join(projectRoot, '.tools');

/** The programs beside npm's packages, by name, and the Debian package that holds each. */
export const toolPackages = Object.freeze({
  'nats-server': 'nats-server',
  sipp: 'sip-tester',
  chromium: 'chromium',
  kamailio: 'kamailio',
});

/** Where a program is in its package, if not in a folder of programs. */
const places = { chromium: 'usr/lib/chromium' };

// A normal user's PATH often lacks these, and Debian puts nats-server into one of them.
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/opt/homebrew/bin'];

/**
 * Where a program is and what its environment needs besides, or undefined if it is nowhere.
 * What set-up unpacked goes first: it is only there because the system lacked it or somebody
 * asked for it. Start it as `spawn(path, args, { env: { ...process.env, ...env } })`.
 */
export function findTool(name) {
  return findLocalTool(name) ?? findSystemTool(name);
}

/** The copy that set-up unpacked, or undefined. */
export function findLocalTool(name) {
  const root = join(localToolsFolder, toolPackages[name] ?? name);
  // What Debian puts into usr/bin may be a script that starts the system's own copy.
  const folders = places[name] ? [places[name]] : ['usr/sbin', 'usr/bin', 'sbin', 'bin'];
  const path = folders.map((folder) => join(root, folder, name)).find(isExecutable);
  if (path === undefined) return undefined;
  const libraries = libraryFolders(root);
  const env = existsSync(join(root, 'etc/fonts')) ? { FONTCONFIG_SYSROOT: root } : {};
  if (libraries.length === 0) return { path, env, root };
  if (process.env.LD_LIBRARY_PATH) libraries.push(process.env.LD_LIBRARY_PATH);
  return { path, env: { ...env, LD_LIBRARY_PATH: libraries.join(delimiter) }, root };
}

/** The system's own copy, on PATH or where administrators' programs live, or undefined. */
export function findSystemTool(name) {
  const path = [...(process.env.PATH ?? '').split(delimiter), ...systemFolders]
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(isExecutable);
  return path === undefined ? undefined : { path, env: {} };
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Debian keeps shared libraries one folder deeper, by machine: usr/lib/x86_64-linux-gnu. */
function libraryFolders(root) {
  return ['usr/lib', 'lib']
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [
      folder,
      ...readdirSync(folder)
        .filter((entry) => entry.includes('-linux-'))
        .map((entry) => join(folder, entry)),
    ]);
}
