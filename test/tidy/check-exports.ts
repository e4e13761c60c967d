import { listExports, topLevelOffsets } from './exports.ts';
import type { Finding } from './finding.ts';
import type { SourceFile } from './source-file.ts';

/** Named exports only; `index.ts` lists every public name by hand and holds nothing else. */
export function checkExports(files: readonly SourceFile[]): Finding[] {
  return files
    .filter((file) => !file.isTest)
    .flatMap((file) => {
      const isIndex = file.path.endsWith('/src/index.ts');
      return listExports(file).flatMap(({ offset, kind, what, name }) => {
        if (kind === 'default') return [file.finding(offset, 'no default exports')];
        if (kind === 'all') return [file.finding(offset, 'no `export *`: list the names')];
        if (what === 'let' || what === 'var') {
          return [file.finding(offset, `${name}: an exported variable is module-level state`)];
        }
        if (isIndex && kind === 'declaration') {
          return [
            file.finding(offset, `index.ts only lists names; ${name} needs a file of its own`),
          ];
        }
        return [];
      });
    });
}

// A collection made empty at the top of a file is there to be filled: state that tests share.
const state =
  /\b(?:let|var)\s+\w+|\bconst\s+\w+[^;=]*=\s*new\s+(?:Map|Set|WeakMap|WeakSet)\b[^;(]*\(\s*\)/g;

/** No state at the top of a module: what lives belongs to an object that somebody owns. */
export function checkModuleState(files: readonly SourceFile[]): Finding[] {
  return files
    .filter((file) => !file.isTest)
    .flatMap((file) =>
      topLevelOffsets(file.blanked.code, state).map((offset) =>
        file.finding(offset, 'module-level state: let an object own it'),
      ),
    );
}
