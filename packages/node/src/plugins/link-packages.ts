import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGES = ['engine', 'messages'];

/**
 * Lets a plugin outside this installation import `@tandem/engine`: by a link to the one that
 * runs here, so that there is only one of it. Does nothing where it is found already.
 */
export function linkPackages(directory: string): void {
  const require = createRequire(join(directory, 'plugin.mjs'));
  for (const name of PACKAGES) {
    if (isFound(require, `@tandem/${name}`)) continue;
    const link = join(directory, 'node_modules', '@tandem', name);
    mkdirSync(dirname(link), { recursive: true });
    if (!existsSync(link)) symlinkSync(rootOf(name), link, 'junction');
  }
}

function isFound(require: NodeJS.Require, name: string): boolean {
  try {
    return require.resolve(name) !== '';
  } catch {
    return false;
  }
}

/** The directory of one of our packages, from its entry `dist/index.js` or `src/index.ts`. */
function rootOf(name: string): string {
  return dirname(dirname(fileURLToPath(import.meta.resolve(`@tandem/${name}`))));
}
