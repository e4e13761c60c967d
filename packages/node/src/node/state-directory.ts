import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the state of all nodes of a machine lies. */
const ROOT = 'data';
const CONSOLE_FILE = 'console-url';

/** The directory of one node's state, relative to where the node was started. */
export function stateDirectoryOf(node: string): string {
  return join(ROOT, node);
}

/** Makes the directory; others than its owner may not read it. @throws what the file system throws */
export function makeStateDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o750 });
}

/** Leaves word for the command line where the console listens: its port may have moved. */
export function writeConsoleUrl(directory: string, url: string): void {
  writeFileSync(join(directory, CONSOLE_FILE), `${url}\n`);
}

/** Where the console of a node of this machine listens, if one runs. */
export function readConsoleUrl(directory: string): string | undefined {
  try {
    return readFileSync(join(directory, CONSOLE_FILE), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** The node ends: its console listens nowhere. */
export function forgetConsoleUrl(directory: string): void {
  rmSync(join(directory, CONSOLE_FILE), { force: true });
}
