import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the build puts the console's pages: beside `src` and `dist`. */
export const PAGES_FOLDER = fileURLToPath(new URL('../../dist-web', import.meta.url));

/** One built file, ready to be sent. */
export interface PageFile {
  readonly bytes: Buffer;
  readonly type: string;
}

/** Whatever the build does not make is not served: source maps stay at home. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

/**
 * Reads all built files into memory, by the path that they are asked for: `/` and
 * `/assets/<name>-<hash>.<ending>`. A request can only name a file of this map, so no path leads
 * out of the folder, and a build beside a running node changes nothing under its pages. Without
 * a build the map is empty.
 */
export async function readPageFiles(folder = PAGES_FOLDER): Promise<ReadonlyMap<string, PageFile>> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files = new Map<string, PageFile>();
  for (const name of names) {
    const type = TYPES[path.extname(name)];
    if (type === undefined) continue;
    const bytes = await readFile(path.join(folder, name)).catch(() => undefined);
    // A build that runs at this moment takes old files away: without them this node has no pages.
    if (bytes === undefined) continue;
    const address = name === 'index.html' ? '/' : `/${name.split(path.sep).join('/')}`;
    files.set(address, { bytes, type });
  }
  return files;
}
