import { posix } from 'node:path';
import type { Finding } from './finding.ts';
import { listEntryUrls, listImports } from './imports.ts';
import type { SourceFile } from './source-file.ts';
import type { Workspace } from './workspace.ts';

/**
 * Every file of `src` is reached from what the package exports, from a file that is started by
 * address (a worker, a child process), or from a test.
 */
export function checkDeadFiles(workspaces: readonly Workspace[]): Finding[] {
  return workspaces.flatMap((workspace) => {
    const byPath = new Map(workspace.files.map((file) => [file.path, file]));
    const entries = Object.values(workspace.manifest.exports ?? {}).map((conditions) =>
      posix.join(workspace.folder, conditions['tandem-source'] ?? ''),
    );
    // Where the build of web pages begins.
    entries.push(`${workspace.folder}/web/src/main.tsx`);
    const tests = workspace.files.filter((file) => file.isTest).map((file) => file.path);
    const reached = reach([...entries, ...tests], byPath);
    return (
      workspace.files
        // A declaration of an outside module is found by the compiler, not by an import.
        .filter((file) => !reached.has(file.path) && !file.name.endsWith('.d.ts'))
        .map((file) => file.finding(0, 'nothing reaches this file: export it, use it or delete it'))
    );
  });
}

function reach(entries: readonly string[], byPath: ReadonlyMap<string, SourceFile>): Set<string> {
  const reached = new Set<string>();
  const open = [...entries];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const file = byPath.get(path);
    if (file === undefined || reached.has(path)) continue;
    reached.add(path);
    const folder = posix.dirname(path);
    const started = listEntryUrls(file).map((url) => url.replace(/\.js$/, '.ts'));
    const imported = listImports(file).map(({ specifier }) => specifier);
    for (const specifier of [...started, ...imported]) {
      if (specifier.startsWith('.')) open.push(posix.join(folder, specifier));
    }
  }
  return reached;
}
