import { listExports } from './exports.ts';
import type { Finding } from './finding.ts';
import type { SourceFile } from './source-file.ts';

/** Every export of a package's own files has a docstring that is a sentence. */
export function checkDocstrings(files: readonly SourceFile[]): Finding[] {
  return files
    .filter((file) => !file.isTest)
    .flatMap((file) => {
      const documented = new Set<string>();
      return listExports(file)
        .filter(({ kind }) => kind === 'declaration')
        .flatMap(({ offset, what, name }) => {
          // The first of several overloads speaks for all.
          if (what === 'function' && documented.has(name)) return [];
          const docstring = docstringBefore(file, offset);
          if (docstring === undefined) return [file.finding(offset, `${name} has no docstring`)];
          documented.add(name);
          if (isSentence(docstring)) return [];
          return [file.finding(offset, `the docstring of ${name} is not a full sentence`)];
        });
    });
}

/** The words of the comment that ends right before `offset`, or undefined if there is none. */
function docstringBefore(file: SourceFile, offset: number): string | undefined {
  const before = file.text.slice(0, offset).trimEnd();
  if (!before.endsWith('*/')) return undefined;
  const start = file.blanked.comments.lastIndexOf('/**', before.length);
  if (start < 0 || file.text.slice(start, before.length - 2).includes('*/')) return undefined;
  return before
    .slice(start + 3, -2)
    .replaceAll(/^\s*\*/gm, '')
    .trim();
}

/** More than one word, and an end: `.`, or `:` before a picture or an example. */
function isSentence(docstring: string): boolean {
  return /\S\s+\S/.test(docstring) && /[.:!?…](?=[\s)`]|$)/.test(docstring);
}
