import type { Finding } from './finding.ts';
import type { SourceFile } from './source-file.ts';

// Each with a character in brackets, so that this file does not find itself.
const forbidden: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w.])[/]work[/]/g, 'a path of one machine'],
  [/\bregistry[.](?:npmjs|yarnpkg)[.]/g, 'the host of a package registry'],
  [/\bdeb[.]debian[.]org\b|\bpkg[.]dev\b/g, 'the host of a package registry'],
  [/"resolved[":]+ "http/g, 'the lock names a registry'],
  [/[@]ts-(?:ignore|nocheck)\b/g, 'types are mended, not silenced'],
  [/\b(?:it|test|describe)[.](?:only|skip|todo)\(/g, 'a test that does not run'],
];

/** Words that have no place anywhere in the project. */
export function checkForbiddenWords(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) =>
    forbidden.flatMap(([pattern, message]) =>
      [...file.text.matchAll(pattern)].map((hit) => file.finding(hit.index, message)),
    ),
  );
}

/** Work that is put off belongs into an issue, not into a comment. */
export function checkPutOffWork(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) =>
    [...file.blanked.comments.matchAll(/\b(?:TO-?DO|FIXME|HACK)\b/g)].map((hit) =>
      file.finding(hit.index, `${hit[0]}: do it, or write it up`),
    ),
  );
}
