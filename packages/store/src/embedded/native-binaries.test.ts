import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findNativeBinaries, linkLibraries } from './native-binaries.ts';
import { runProgram } from './run-program.ts';

it('finds programs that run', async () => {
  const { postgres, initdb } = await findNativeBinaries();
  expect(await runProgram(postgres, ['--version'])).toMatchObject({ code: 0 });
  expect(await runProgram(initdb, ['--version'])).toMatchObject({ code: 0 });
});

it('makes the links that an install without scripts leaves out, and only those', async () => {
  const root = await mkdtemp(join(tmpdir(), 'tandem-native-'));
  try {
    const native = join(root, 'native');
    await mkdir(join(native, 'lib'), { recursive: true });
    await writeFile(join(native, 'lib', 'libpq.so.5.18'), 'library');
    await writeFile(join(native, 'lib', 'libicu.so'), 'already there');
    const links = [
      { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' },
      { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libicu.so' },
    ];
    await writeFile(join(native, 'pg-symlinks.json'), JSON.stringify(links));
    // Several nodes may come upon it at once.
    await Promise.all([linkLibraries(native), linkLibraries(native), linkLibraries(native)]);
    expect(await readFile(join(native, 'lib', 'libpq.so.5'), 'utf8')).toBe('library');
    expect(await readFile(join(native, 'lib', 'libicu.so'), 'utf8')).toBe('already there');
  } finally {
    await rm(root, { recursive: true });
  }
});
